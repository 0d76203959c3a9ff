"""Which pages count as copies of each other."""

import pytest

from crawler.reading.fingerprint import likeness
from crawler.reading.html import parse_page

URL = "http://a.example/"


def fingerprint(html: str) -> str:
    return parse_page(html.encode(), URL).text


@pytest.mark.parametrize(
    "copy",
    [
        "<h1>May 2027</h1><p>31 days, nothing on.</p>",
        "<h1>May\n2026</h1>\n\n<p>  30 days,   nothing&nbsp;on.",
        '<h1 class="x">May ١٢</h1><script>let at</script><p>1 days, nothing on.</p><!--c-->',
        "<title>Tuesday</title><h1>May 2026</h1><p>30 days, <a href=/x>nothing</a> on.</p>",
    ],
)
def test_numbers_white_space_and_markup_make_no_other_page(copy: str) -> None:
    assert fingerprint(copy) == fingerprint("<h1>May 2026</h1><p>30 days, nothing on.</p>")


@pytest.mark.parametrize("other", ["<p>June 2026</p>", "<p>may 2026</p>", "", "<p>May.</p>"])
def test_other_words_do(other: str) -> None:
    assert fingerprint(other) != fingerprint("<p>May 2026</p>")


def test_the_text_is_that_of_the_whole_page_whatever_part_is_selected() -> None:
    body = b"<main>one</main><nav>two</nav>"
    assert parse_page(body, URL, select="main").text == parse_page(body, URL).text


def test_copies_show_the_same_images_in_any_order() -> None:
    assert likeness("x", ["a", "b"]) == likeness("x", ["b", "a", "b"])
    assert likeness("x", ["a"]) != likeness("x", ["b"])
    assert likeness("x", ["a"]) != likeness("y", ["a"])


def test_of_a_text_that_is_not_known_nothing_is_a_copy() -> None:
    assert likeness("", ["a"]) == ""
