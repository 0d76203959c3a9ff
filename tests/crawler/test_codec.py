import re

import pytest

from crawler.reading.codec import decode, encode

JAPANESE = ("cp932", "euc_jp", "iso2022_jp_ext")
# None of it is in JIS X 0208, or else Python reads it in another way.
ODD = {
    "①": ("8740", "ada1"),
    "㈱": ("878a", "adea"),
    "Ⅲ": ("8756", "adb7"),
    "№": ("8782", "ade2"),
    "～": ("8160", "a1c1"),
    "∥": ("8161", "a1c2"),
    "－": ("817c", "a1dd"),
    "￠": ("8191", "a1f1"),
    "髙": ("eee0", "fce2"),
    "﨑": ("ed95", "f9f5"),
}


@pytest.mark.parametrize("odd", ODD)
def test_what_browsers_read_in_japanese_is_read_and_written(odd: str) -> None:
    in_shift_jis, in_euc_jp = map(bytes.fromhex, ODD[odd])
    in_iso_2022_jp = b"\x1b$B%b\x1b(B" % bytes(byte & 0x7F for byte in in_euc_jp)
    bodies = {"cp932": in_shift_jis, "euc_jp": in_euc_jp, "iso2022_jp_ext": in_iso_2022_jp}
    for codec, body in bodies.items():
        assert decode(body + encode("後の祭", codec), codec) == odd + "後の祭"
        assert decode(encode(odd, codec), codec) == odd
    assert encode(odd, "euc_jp") == in_euc_jp
    assert encode(odd, "iso2022_jp_ext") == in_iso_2022_jp


def test_half_width_katakana_are_read_in_all_encodings_of_japan() -> None:
    for body, codec in (
        (b"\xca\xde\xd7", "cp932"),
        (b"\x8e\xca\x8e\xde\x8e\xd7", "euc_jp"),
        (b"\x1b(IJ^W\x1b(B", "iso2022_jp_ext"),
    ):
        assert decode(body, codec) == "ﾊﾞﾗ"


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b"\xa9\xa1\xb2\xd6", "\ufffd花"),  # a pair that has no character
        (b"\x8f\xf5\xa1\xb2\xd6", "\ufffd花"),  # nor in JIS X 0212
        (b"\x8f\xb0\xa1\xb2\xd6", "丂花"),
        (b"\xb2<p>\xb2\xd6", "\ufffd<p>花"),  # half a character eats no markup
        (b"\xff\x80\xb2\xd6", "\ufffd\ufffd花"),
        (b"\xb2\xd6\xb2", "花\ufffd"),
    ],
)
def test_wrong_bytes_cost_no_more_than_themselves(body: bytes, text: str) -> None:
    assert decode(body, "euc_jp") == text


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b"\x1b$B2\x1b(B<p>", "\ufffd<p>"),
        (b"\x1b$B)!2V\x1b(B<p>", "\ufffd花<p>"),
        (b"\xff<p>\x1b$B2V", "\ufffd<p>花"),
        (b"\x1b$Z<p>", "\ufffd$Z<p>"),
    ],
)
def test_a_broken_escape_costs_no_more_than_itself(body: bytes, text: str) -> None:
    assert decode(body, "iso2022_jp_ext") == text


@pytest.mark.parametrize("codec", [*JAPANESE, "cp949", "gb18030", "big5hkscs", "cp1252"])
def test_any_bytes_are_read(codec: str) -> None:
    for lead in range(256):
        body = b"".join(bytes((lead, trail)) for trail in range(256))
        assert decode(body + b"\x1b(B <", codec).endswith("<")


def test_what_an_encoding_lacks_is_a_reference() -> None:
    for codec in (*JAPANESE, "cp949", "big5hkscs", "cp1252"):
        written = encode("a😀b", codec).replace(b"\x1b(B", b"")
        assert re.fullmatch(rb"a&#128512;b", written), codec
