import random

import pytest

from crawler.reading.codec import encode
from crawler.reading.encoding import KNOWN
from crawler.reading.guess import MOST, guess

JAPANESE = "春の庭に、薔薇が咲きました。"
KOREAN = "봄의 정원에 장미가 피었습니다."
SIMPLIFIED = "春天的花园里,玫瑰花开了。"
TRADITIONAL = "春天的花園裡,玫瑰花開了。"
WRITTEN = [
    ("utf-8", JAPANESE),
    ("utf-8", "Größe: le café naïf de São Paulo"),
    ("cp932", JAPANESE),
    ("euc_jp", JAPANESE),
    ("cp949", KOREAN),
    ("gb18030", SIMPLIFIED),
    ("big5hkscs", TRADITIONAL),
    ("cp1252", "Größe: le café naïf de São Paulo"),
]


@pytest.mark.parametrize(("codec", "text"), WRITTEN)
def test_a_sentence_tells_its_encoding(codec: str, text: str) -> None:
    assert guess(text.encode(codec)) == codec


@pytest.mark.parametrize(
    ("codec", "word"),
    [
        *(
            (codec, word)
            for codec in ("cp932", "euc_jp")
            for word in ("バラ", "ばら", "花", "写真館")
        ),
        *((codec, "髙島屋の薔薇") for codec in ("cp932", "euc_jp", "iso2022_jp_ext")),
        ("cp949", "꽃 사진"),
        ("cp949", "사진 이야기"),
        ("gb18030", "花园的图片"),
        ("big5hkscs", "花園的圖片"),
        *(("cp1252", word) for word in ("café", "Zürich", "Ärzte", "São", "Coleção", "L’Été", "½")),
    ],
)
def test_an_everyday_word_is_enough(codec: str, word: str) -> None:
    assert guess(b"<title>" + encode(word, codec) + b"</title>") == codec


def test_two_kanji_may_as_well_be_a_korean_word() -> None:
    """What is too short to tell: 失敗, failure, in EUC-JP is 성함, name, in EUC-KR."""
    assert "失敗".encode("euc_jp") == "성함".encode("cp949")
    assert guess("失敗 失敗した".encode("euc_jp")) == "euc_jp"
    assert guess("성함 성함은".encode("cp949")) == "cp949"


@pytest.mark.parametrize("codec", ["cp932", "euc_jp"])
def test_one_letter_of_kana_tells_that_kanji_are_japanese(codec: str) -> None:
    for lead in range(0xB0, 0xF4):
        for trail in range(0xA1, 0xFF, 9):
            kanji = bytes((lead, trail)).decode("euc_jp", "ignore")
            assert guess(f"<p>{kanji}の花</p>".encode(codec)) == codec, kanji


def test_kanji_alone_are_japanese_where_they_are_a_few_words() -> None:
    words = "札幌 仙台 横浜 鎌倉 金沢 名古屋 奈良 神戸 岡山 広島 松山 福岡 長崎 熊本 鹿児島 那覇"
    for codec in "cp932", "euc_jp":
        assert guess(words.encode(codec)) == codec


def test_katakana_of_half_width_are_those_of_shift_jis() -> None:
    assert guess("ﾊﾞﾗﾉ写真ｷﾞｬﾗﾘｰﾍﾖｳｺｿ｡ﾄｯﾌﾟﾍﾟｰｼﾞ".encode("cp932")) == "cp932"
    assert guess("ﾊﾞﾗﾉ写真ｷﾞｬﾗﾘｰﾍﾖｳｺｿ｡ﾄｯﾌﾟﾍﾟｰｼﾞ".encode("euc_jp")) == "euc_jp"


def test_the_escape_of_iso_2022_jp_is_one_among_ascii_only() -> None:
    assert guess(b"<p>\x1b$B2V\x1b(B") == "iso2022_jp_ext"
    assert guess(b"<p>\x1b$@2V\x1b(B") == "iso2022_jp_ext"
    assert guess(b"<p>\x1b[1m$B2V") == "utf-8"
    assert guess("<p>花 \x1b$B2V\x1b(B".encode()) == "utf-8"


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("start", ["<!doctype html>", "\r\n\t<p>", "<?xml"])
def test_utf_16_needs_no_mark(codec: str, start: str) -> None:
    body = (start + JAPANESE).encode(codec)
    assert guess(body) == codec
    assert guess(body[:-1]) == codec


def test_ascii_does_not_vote() -> None:
    script = b"<script>" + b"if (a < b) { alert('x') } " * 5000 + b"</script><p title='"
    assert guess(script) == "utf-8"
    for codec, text in WRITTEN:
        assert guess(script + text.encode(codec) + b"'>" + script) == codec


@pytest.mark.parametrize(("codec", "text"), WRITTEN)
def test_a_page_may_end_within_a_character(codec: str, text: str) -> None:
    body = b"<p>" + text.encode(codec)
    assert {guess(body[:end]) for end in range(len(body) - 6, len(body))} == {codec}


@pytest.mark.parametrize(("codec", "text"), WRITTEN)
def test_what_is_weighed_may_end_within_a_character(codec: str, text: str) -> None:
    body = text.encode(codec) * (MOST // len(text.encode(codec)) + 1)
    assert {guess(body[start:]) for start in (0, len(body) % 2)} <= {codec}
    assert guess(body + b"\xff" * MOST) == codec  # and nothing behind it counts


@pytest.mark.parametrize(("codec", "text"), WRITTEN)
def test_a_broken_byte_in_some_sentences_changes_nothing(codec: str, text: str) -> None:
    body = (text.encode(codec) + b"<br>") * 4
    for at in range(len(body)):
        assert guess(body[:at] + body[at + 1 :]) == codec
        assert guess(body[:at] + b"\xff" + body[at + 1 :]) == codec


def test_chinese_with_a_name_in_kana_is_chinese() -> None:
    for codec, text in ("gb18030", SIMPLIFIED), ("big5hkscs", TRADITIONAL):
        assert guess((text + "ピカチュウ" + text).encode(codec)) == codec


def test_of_any_bytes_a_codec_of_the_web_is_made() -> None:
    rng = random.Random(0)
    for _ in range(200):
        assert guess(rng.randbytes(rng.randrange(300))) in KNOWN
    assert guess(b"") == "utf-8"
