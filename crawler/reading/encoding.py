"""The bytes of a page as text, decoded as browsers do (WHATWG Encoding Standard, HTML 13.2.3)."""

import codecs
import re
from collections.abc import Iterator, Mapping

from crawler.reading.codec import decode
from crawler.reading.guess import guess
from crawler.reading.markup import Tag, tokens

PRESCAN = 65_536  # bytes in which a page may say its encoding
LABEL = re.compile(r"[a-z0-9_:.+-]+")
CHARSET = re.compile(r"charset\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s;\"'][^\s;]*))", re.IGNORECASE)
MARKS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}

XML = re.compile(rb"<\?xml[^>]*?encoding[\0-\x20]*=[\0-\x20]*[\"']([^\"'>]*)")

# Labels of the web that Python does not know.
SPELLED = {
    "cseucpkdfmtjapanese": "euc_jp",
    "iso-8859-8-i": "iso8859-8",
    "unicode": "utf-16",
    "windows-31j": "cp932",
    **dict.fromkeys(("csgb2312", "gb_2312", "gb_2312-80"), "gb2312"),
    **dict.fromkeys(("cn-big5", "x-big5"), "big5"),
    **dict.fromkeys(("cseuckr", "csksc56011987", "iso-ir-149"), "euc_kr"),
    **dict.fromkeys(("ks_c_5601-1989", "ksc_5601", "windows-949"), "euc_kr"),
    **dict.fromkeys(("dos-874", "windows-874"), "cp874"),
}

# What a page calls itself and what it then is: the wider set of the same family.
WIDER = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "big5": "big5hkscs",
    "iso2022_jp": "iso2022_jp_ext",
    "utf-16": "utf-16-le",
}
# Nothing else is taken from a page: Python also knows encodings that are none of the web.
KNOWN = {
    *WIDER.values(),
    *(f"iso8859-{part}" for part in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)),
    *(f"cp125{page}" for page in range(9)),
    *("utf-8", "utf-16-le", "utf-16-be", "euc_jp", "cp866", "koi8-r", "koi8-u"),
    *("mac-roman", "mac-cyrillic"),
}


def decode_page(body: bytes, charset: str = "") -> tuple[str, str]:
    """The text of a page and the codec that read it.

    A byte-order mark decides, else the charset of its HTTP header, else a meta element near its
    beginning, else its XML declaration, else a guess. Bytes that fit nothing become U+FFFD.
    """
    for mark, codec in MARKS.items():
        if body.startswith(mark):
            return decode(body[len(mark) :], codec), codec
    codec = codec_of(charset) or _declared(body) or guess(body)
    return decode(body, codec), codec


def codec_of(label: str) -> str:
    """Python's codec for a label of the web, such as cp932 for Shift_JIS; "" for no such label."""
    name = label.strip().lower().removeprefix("x-")
    if not LABEL.fullmatch(name):  # Python would pass over what is wrong in it
        return ""
    try:
        codec = codecs.lookup(SPELLED.get(name, name)).name
    except LookupError:
        return ""
    codec = WIDER.get(codec, codec)
    return codec if codec in KNOWN else ""


def _declared(body: bytes) -> str:
    """The codec that the first meta element with a known charset names, or else the XML."""
    codec = next(filter(None, map(codec_of, _labels(body[:PRESCAN]))), "")
    return "utf-8" if codec.startswith("utf-16") else codec  # else it were unreadable


def _labels(body: bytes) -> Iterator[str]:
    """What the page calls its encoding, wherever in it, and what its XML declaration does."""
    for token in tokens(body.decode("latin-1")):
        if isinstance(token, Tag) and token.name == "meta" and not token.ends:
            yield _charset(token.attributes)
    xml = XML.match(body)
    if xml:
        yield xml[1].decode("latin-1")


def _charset(meta: Mapping[str, str]) -> str:
    """What `charset` says, or `content` where it stands for the header Content-Type."""
    if "charset" in meta:
        return meta["charset"]
    is_header = meta.get("http-equiv", "").lower() == "content-type"
    match = CHARSET.search(meta.get("content", "")) if is_header else None
    return next(filter(None, match.groups()), "") if match else ""
