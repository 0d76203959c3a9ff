"""What traps hold back, and what sets it free again, from facts that are put into a ledger."""

from collections.abc import Iterator
from typing import Any

import pytest

from crawler.budget import Budget
from crawler.config import Source
from crawler.frontier import Frontier
from crawler.ledger import Ledger
from crawler.outcome import Outcome
from crawler.reading.page import Link, Page, Reference
from crawler.scope import scopes_of
from crawler.traps import Traps
from crawler.wanted import Wanted
from tests.crawler.crawling import settings

HOST = "http://a.example/"
SOURCE = Source(label="x", seeds=(HOST,))


@pytest.fixture
def ledger() -> Iterator[Ledger]:
    with Ledger(":memory:") as ledger:
        ledger.begin_generation(0)
        yield ledger


def frontier_of(ledger: Ledger, **changes: Any) -> Frontier:
    config = settings(**changes)
    traps = Traps(ledger.database, config)
    wanted = Wanted(ledger.database, {"page": 100, "image": 100}, traps.closed)
    frontier = Frontier(ledger, scopes_of(config, [SOURCE]), wanted, traps=traps)
    frontier.begin()
    return frontier


def read(frontier: Frontier, path: str, *links: str, shows: str = "", text: str = "") -> None:
    """A page was read; its text is its own where none is given."""
    references = [Reference(HOST + shows, 99, "src", "", chosen=True)] if shows else []
    linked = tuple(Link(HOST + link, at) for at, link in enumerate(links))
    page = Page(HOST, linked, tuple(references), text=text or f"text of {path}")
    view = frontier.scopes[0].view.key
    reading = frontier.web.note_page(HOST + path, {view: page})
    outcome = Outcome(kind="page", url=HOST + path, status=200, reading=reading)
    frontier.web.answer(1, outcome)
    frontier.answered("page", HOST + path)


def pages(frontier: Frontier) -> str:
    """All pages that are wanted, in order of their addresses."""
    return " ".join(sorted(want.url.removeprefix(HOST) for want in frontier.wanted.pages(0)))


def test_links_far_from_the_last_image_are_not_followed(ledger: Ledger) -> None:
    frontier = frontier_of(ledger, max_depth=2)
    read(frontier, "", "b")
    read(frontier, "b", "c")
    assert frontier.exhausted() == set()
    read(frontier, "c", "d")
    assert pages(frontier) == " b c"
    assert frontier.exhausted() == {Budget("depth", 0)}


def test_an_image_at_the_last_moment_takes_a_page_on(ledger: Ledger) -> None:
    frontier = frontier_of(ledger, max_depth=2)
    read(frontier, "", "b", shows="1.png")
    read(frontier, "b", "c")
    read(frontier, "c", "d", shows="2.png")
    read(frontier, "d", "e")
    read(frontier, "e", "f", shows="1.png")
    assert pages(frontier) == " b c d e"


def test_an_image_sets_free_what_was_held_on_the_way_to_it(ledger: Ledger) -> None:
    frontier = frontier_of(ledger, max_depth=2)
    read(frontier, "", "b")
    read(frontier, "b", "c", "late")
    read(frontier, "c", "d")
    assert pages(frontier) == " b c late"
    read(frontier, "late", shows="1.png")
    assert pages(frontier) == " b c d late"
    assert frontier.exhausted() == set()
    assert pages(frontier_of(ledger, max_depth=2)) == " b c d late"


def test_a_page_that_is_held_with_nothing_new_is_no_news(ledger: Ledger) -> None:
    frontier = frontier_of(ledger, max_depth=1)
    read(frontier, "", "b")
    read(frontier, "b", "", "b")
    assert frontier.exhausted() == set()


def test_copies_are_followed_as_long_as_they_lead_to_something_else(ledger: Ledger) -> None:
    frontier = frontier_of(ledger, max_copies=1)
    read(frontier, "", *(f"list{number}" for number in range(5)))
    for number in range(5):
        read(frontier, f"list{number}", f"item{number}", text="list")
    assert "item1" in pages(frontier)  # the first list is no copy, the second the one copy
    assert "item2" not in pages(frontier)
    assert frontier.exhausted() == {Budget("copies", 0)}
    read(frontier, "item0")
    assert "item2" not in pages(frontier)  # that was the doing of the first, which is no copy
    for number in range(1, 4):
        read(frontier, f"item{number}", "deeper")
        assert f"item{number + 1}" in pages(frontier)
    assert frontier.exhausted() == set()
    assert pages(frontier_of(ledger, max_copies=1)) == pages(frontier)


def test_copies_of_different_images_are_none(ledger: Ledger) -> None:
    frontier = frontier_of(ledger, max_copies=0)
    read(frontier, "", "b", text="same", shows="1.png")
    read(frontier, "b", "c", text="same", shows="2.png")
    read(frontier, "c", "d", text="same", shows="1.png")
    assert pages(frontier) == " b c"


def test_variants_wait_unasked_after_too_many_that_brought_nothing(ledger: Ledger) -> None:
    frontier = frontier_of(ledger, max_variants=2)
    read(frontier, "", *(f"s?q={number}" for number in range(9)), "t?q=1")
    read(frontier, "s?q=0", "s?q=100")
    read(frontier, "s?q=1", "elsewhere")  # brought something
    read(frontier, "s?q=2", "s?q=101")
    assert frontier.wanted.first("a.example:80")
    ledger.web.answer(1, Outcome(kind="page", url=HOST + "s?q=3", status=404, word="http"))
    frontier.answered("page", HOST + "s?q=3")
    asked = []
    while want := frontier.wanted.first("a.example:80"):
        frontier.wanted.count(want)
        frontier.wanted.done(want.kind, want.url)
        asked.append(want.url.removeprefix(HOST))
    assert asked == ["t?q=1", "elsewhere"]
    assert frontier.exhausted() == {Budget("variants", 0)}
