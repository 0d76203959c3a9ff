import time
from unicodedata import is_normalized

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.reading.line import LONGEST, one_line


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", ""),
        (" \n\t\u3000", ""),
        ("  赤い\n\u3000薔薇  ", "赤い 薔薇"),
        ("か\u3099", "が"),
        ("a\ud800b", "a?b"),
        ("e\u0301|a", "é|a"),
        ("—" * 40, "—" * 30),
        ("🌹" * 30 + "a" + "🌹" * 30, "🌹" * 30 + "a" + "🌹" * 30),
        ("-" * 40, "-" * 40),
        ("a" * 999 + "  bc", "a" * 999),
        ("a" * 998 + "  bc", "a" * 998 + " b"),
    ],
)
def test_a_text_becomes_one_line(text: str, line: str) -> None:
    assert one_line(text) == line


@given(st.text() | st.text(alphabet="a \u0958\u0315\u0316\u3099か"))
def test_a_line_is_in_nfc_and_has_at_most_1000_characters(text: str) -> None:
    line = one_line(text * 100)
    assert is_normalized("NFC", line)
    assert len(line) <= LONGEST
    assert line == " ".join(line.split())


def test_text_that_becomes_longer_in_nfc_is_cut() -> None:
    assert one_line("\u0958" * 1000) == "\u0915\u093c" * 500


@pytest.mark.parametrize("text", ["\u0315\u0316" * 5_000_000, "a " * 5_000_000, " " * 10_000_000])
def test_a_text_without_end_costs_little(text: str) -> None:
    begun = time.monotonic()
    one_line(text)
    assert time.monotonic() - begun < 5
