"""Bytes as text and back as browsers do it, which in Japanese know more than Python.

Python has EUC-JP and ISO-2022-JP as they were in 1990: without the characters that NEC and IBM
added, such as ① and 髙, and what follows one of them is read from the wrong byte. Browsers have
them all (Encoding Standard, index jis0208), and so has Python's Shift_JIS: each stands there in a
place that follows from its place here.
"""

import re
from codecs import register_error
from functools import cache

JAPANESE = {"euc_jp", "iso2022_jp_ext"}
BYTES = range(0xA1, 0xFF)  # of a pair in EUC-JP; in ISO-2022-JP without their highest bit
PAIR = re.compile(rb"[\x21-\x7e]{2}|\x8f?[\x8e\xa1-\xfe][\x80-\xff]")
PAIRS = re.compile(rb"[\xa1-\xfe]+")

# What Python and what browsers read where the bytes are the same.
TWINS = dict(zip("〜‖−¢£¬", "～∥－￠￡￢", strict=True))


def decode(body: bytes, codec: str) -> str:
    """The text of these bytes; what fits nothing becomes U+FFFD."""
    if codec not in JAPANESE:
        return body.decode(codec, "replace")
    text = body.decode(codec, "jis0208")
    for ours, theirs in TWINS.items():
        text = text.replace(ours, theirs)
    return text


def encode(text: str, codec: str) -> bytes:
    """The bytes of a text; what the encoding lacks becomes a reference, such as &#128512;."""
    if codec not in JAPANESE:
        return text.encode(codec, "xmlcharrefreplace")
    pairs = _pairs()
    found = b"".join(pairs.get(each) or each.encode(codec, "xmlcharrefreplace") for each in text)
    return found if codec == "euc_jp" else PAIRS.sub(_shifted, found)


def _shifted(pairs: re.Match[bytes]) -> bytes:
    """In ISO-2022-JP they stand between an escape to JIS X 0208 and one back to ASCII."""
    return b"\x1b$B%b\x1b(B" % bytes(byte & 0x7F for byte in pairs[0])


@cache
def _characters() -> dict[bytes, str]:
    """The character of each pair of EUC-JP that has one."""
    pairs = [(lead, trail) for lead in BYTES for trail in BYTES]
    found = {bytes(pair): _in_shift_jis(*pair).decode("cp932", "replace") for pair in pairs}
    return {pair: character for pair, character in found.items() if "\ufffd" not in character}


@cache
def _pairs() -> dict[str, bytes]:
    """The pair of each character, the first where it has several."""
    return {character: pair for pair, character in reversed(_characters().items())}


def _in_shift_jis(lead: int, trail: int) -> bytes:
    """The same pair there: two rows of 94 share a lead byte, and 0x7F is no trail byte."""
    row, cell = lead - BYTES.start, trail - BYTES.start
    first = row // 2 + (0x81 if row < 62 else 0xC1)
    second = cell + (0x9F if row % 2 else 0x40 + (cell >= 63))
    return bytes((first, second))


def _found(error: UnicodeError) -> tuple[str, int]:
    """What Python does not know, in text that is decoded, and where to go on."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    pair = PAIR.match(error.object, error.start)
    if pair is None:
        return "\ufffd", error.start + 1
    return _characters().get(bytes(byte | 0x80 for byte in pair[0]), "\ufffd"), pair.end()


register_error("jis0208", _found)
