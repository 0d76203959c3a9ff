import codecs

import pytest

from crawler.encoding import codec_of, decode_page

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
        ("EUC-JP", "euc_jp"),
        ("x-euc-jp", "euc_jp"),
        ("iso-2022-jp", "iso2022_jp"),
        ("ks_c_5601-1987", "cp949"),
        ("gb2312", "gb18030"),
        ("big5", "big5hkscs"),
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


def test_a_page_that_says_nothing_is_utf8_and_wrong_bytes_do_not_raise() -> None:
    assert decode_page(FLOWER.encode()) == (FLOWER, "utf-8")
    assert decode_page(b"a\xff\xe3\x81b") == ("a\ufffd\ufffdb", "utf-8")
    assert decode_page(b"<meta charset=utf-16>" + FLOWER.encode())[0].endswith(FLOWER)


@pytest.mark.parametrize(
    "html",
    [
        "<!-- <meta charset=shift_jis> -->",
        "<body><meta charset=shift_jis>",
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
