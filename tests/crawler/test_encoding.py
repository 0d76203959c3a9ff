import codecs

import pytest

from crawler.reading.codec import encode
from crawler.reading.encoding import codec_of, decode_page
from tests.crawler.languages import WRITTEN

FLOWER = "薔薇 — 花"


@pytest.mark.parametrize(
    ("label", "codec"),
    [
        ("utf-8", "utf-8"),
        (" UTF8 ", "utf-8"),
        ("latin1", "cp1252"),
        ("ISO-8859-1", "cp1252"),
        ("us-ascii", "cp1252"),
        ("windows-1251", "cp1251"),
        ("Shift_JIS", "cp932"),
        ("x-sjis", "cp932"),
        ("windows-31j", "cp932"),
        ("MS_Kanji", "cp932"),
        ("EUC-JP", "euc_jp"),
        ("x-euc-jp", "euc_jp"),
        ("iso-2022-jp", "iso2022_jp_ext"),
        ("csISO2022JP", "iso2022_jp_ext"),
        ("ks_c_5601-1987", "cp949"),
        ("ks_c_5601-1989", "cp949"),
        ("windows-949", "cp949"),
        ("gb2312", "gb18030"),
        ("gb_2312-80", "gb18030"),
        ("x-gbk", "gb18030"),
        ("big5", "big5hkscs"),
        ("cn-big5", "big5hkscs"),
        ("x-x-big5", "big5hkscs"),
        ("iso-8859-8-i", "iso8859-8"),
        ("unicode", "utf-16-le"),
        ("windows-874", "cp874"),
        ("koi8-r", "koi8-r"),
        ("", ""),
        ("no such thing", ""),
        ("utf-8\0", ""),
        *((name, "") for name in ("rot13", "hex", "unicode_escape", "utf-7", "idna", "undefined")),
    ],
)
def test_a_label_of_the_web_names_a_codec(label: str, codec: str) -> None:
    assert codec_of(label) == codec


@pytest.mark.parametrize("label", ["shift_jis", "euc-jp", "iso-2022-jp", "gb2312", "utf-8"])
def test_a_page_may_say_its_encoding_in_its_header_or_in_itself(label: str) -> None:
    text = "薔薇の花"
    body = text.encode(codec_of(label))
    assert decode_page(body, label) == (text, codec_of(label))
    header = f"<meta content='text/html; charset={label}' http-equiv=Content-Type>"
    for meta in f'<META charset="{label}">', header:
        assert decode_page(meta.encode() + body) == (meta + text, codec_of(label))


def test_a_mark_beats_the_header_and_the_header_beats_the_page() -> None:
    for mark, codec in (codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_BE, "utf-16-be"):
        assert decode_page(mark + FLOWER.encode(codec), "shift_jis") == (FLOWER, codec)
    body = b"<meta charset=shift_jis>" + FLOWER.encode()
    assert decode_page(body, "utf-8")[0].endswith(FLOWER)
    assert decode_page(body, "nonsense")[1] == "cp932"


def test_a_page_that_says_nothing_is_utf8_where_it_can_be() -> None:
    assert decode_page(b"") == ("", "utf-8")
    assert decode_page(FLOWER.encode()) == (FLOWER, "utf-8")
    assert decode_page("<p>é".encode()) == ("<p>é", "utf-8")
    assert decode_page(b"<p>\xe9 \x81") == ("<p>é \ufffd", "cp1252")


def test_wrong_bytes_do_not_raise() -> None:
    assert decode_page(b"a\xff\xe3\x81b", "utf-8") == ("a\ufffd\ufffdb", "utf-8")
    assert decode_page(b"<meta charset=utf-16>" + FLOWER.encode())[0].endswith(FLOWER)


def test_a_wrong_declaration_is_obeyed_as_browsers_do() -> None:
    body = "薔薇の花が咲きました".encode("euc-jp")
    assert decode_page(body, "shift_jis")[1] == "cp932"
    assert decode_page(b"<meta charset=utf-8>" + body)[1] == "utf-8"


def test_xml_may_declare_what_no_meta_element_does() -> None:
    xml = b"<?xml version='1.0' encoding = 'EUC-JP'?>"
    assert decode_page(xml + b"<html>")[1] == "euc_jp"
    assert decode_page(xml + b"<meta charset=shift_jis>")[1] == "cp932"
    assert decode_page(xml.replace(b"EUC-JP", b"UTF-16"))[1] == "utf-8"
    assert decode_page(xml.replace(b"EUC-JP", b"nonsense"))[1] == "utf-8"
    assert decode_page(b"<p>" + xml)[1] == "utf-8"
    assert decode_page(b"<?xml?><p encoding='euc-jp'>")[1] == "utf-8"


def test_a_declaration_may_stand_anywhere() -> None:
    """HTML 13.2.3.2 does not look where it stands, and 13.2.6.4.7 takes it from the body too."""
    assert decode_page(b"<body><p>x</p><meta charset=shift_jis>")[1] == "cp932"


@pytest.mark.parametrize(
    "html",
    [
        "<!-- <meta charset=shift_jis> -->",
        "<meta name=x content='text/html; charset=shift_jis'>",
        "<p title='<meta charset=shift_jis>'>",
        "<script>'<meta charset=shift_jis>'</script>",
        "<meta charset=shift_jis",
        "<meta charset='shift_jis\"'>",
    ],
)
def test_what_only_looks_like_a_declaration_is_none(html: str) -> None:
    assert decode_page(html.encode())[1] == "utf-8"


def test_the_first_declaration_that_names_an_encoding_counts() -> None:
    head = b"<!doctype html><script>" + b"x" * 5000 + b"</script><meta charset=bogus>"
    page = head + b"<meta charset=shift_jis><meta charset=euc-jp>"
    assert decode_page(page)[1] == "cp932"


# Where a page declares its encoding, with what then stands in its head.
PLACES = {
    "header": "",
    "meta": "<meta charset='{}'>",
    "http-equiv": "<meta http-equiv='Content-Type' content='text/html; charset={}'>",
    "nowhere": "",
}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(("texts", "label"), WRITTEN)
def test_a_page_says_the_same_in_every_encoding(
    texts: tuple[str, ...], label: str, place: str
) -> None:
    """Even where it says its encoding nowhere. Too short to tell are then one or two characters,
    such as 失敗 in EUC-JP (성함 in EUC-KR) or 图片 in GBK (valid UTF-8), and in Chinese and Korean
    half a dozen of which none is of every day.
    """
    codec = codec_of(label)
    for text in texts:
        head = PLACES[place].format(label) + f"<title>{text[:6]}</title>"
        html = f"<!doctype html><html><head>{head}<body><img src=1.jpg alt='{text}'>"
        header = label if place == "header" else ""
        assert decode_page(encode(html, codec), header) == (html, codec)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(("texts", "label"), WRITTEN)
def test_a_page_that_was_cut_keeps_its_encoding(
    texts: tuple[str, ...], label: str, place: str
) -> None:
    header, codec = label if place == "header" else "", codec_of(label)
    for text in texts[:2]:
        html = PLACES[place].format(label) + "<title>" + text
        body = encode(html, codec)
        for end in range(len(body) - 6, len(body)):
            read, found = decode_page(body[:end], header)
            assert found == codec
            assert html.startswith(read.rstrip("\ufffd"))


@pytest.mark.parametrize("codec", ["utf-8", "utf-16-le", "utf-16-be"])
def test_a_mark_is_no_part_of_the_text(codec: str) -> None:
    for texts, _ in WRITTEN:
        for text in texts:
            assert decode_page(f"\ufeff{text}".encode(codec), "shift_jis") == (text, codec)
