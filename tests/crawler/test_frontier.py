"""What is asked next and how deep a page lies, computed from facts that are put into a ledger."""

from collections.abc import Iterator

import pytest

from crawler.budget import Budget
from crawler.config import Source
from crawler.frontier import Frontier
from crawler.ledger import Ledger
from crawler.outcome import Outcome
from crawler.reading.page import Link, Page, Reference
from crawler.scope import scopes_of
from crawler.wanted import Want, Wanted
from tests.crawler.crawling import settings

HOST = "http://a.example/"
MANY = {"page": 100, "image": 100}


@pytest.fixture
def ledger() -> Iterator[Ledger]:
    with Ledger(":memory:") as ledger:
        ledger.begin_generation(0)
        yield ledger


def frontier_of(ledger: Ledger, *sources: Source, most: dict[str, int] = MANY) -> Frontier:
    chosen = sources or (Source(label="x", seeds=(HOST,)),)
    frontier = Frontier(ledger, scopes_of(settings(), chosen), Wanted(ledger.database, most))
    frontier.begin()
    return frontier


def page_of(links: tuple[str, ...] = (), images: tuple[str, ...] = ()) -> Page:
    return Page(
        HOST,
        tuple(Link(HOST + url, at) for at, url in enumerate(links)),
        tuple(Reference(HOST + url, 50 + at, "src", "", True) for at, url in enumerate(images)),  # noqa: FBT003  # chosen
    )


def read(ledger: Ledger, path: str, page: Page, frontier: Frontier | None = None) -> None:
    """A page was read; tell the frontier, if there is one."""
    view = scopes_of(settings(), [Source(label="x", seeds=(HOST,))])[0].view
    reading = ledger.web.note_page(HOST + path, {view.key: page})
    ledger.web.answer(1, Outcome(kind="page", url=HOST + path, status=200, reading=reading))
    if frontier:
        frontier.answered("page", HOST + path)


def redirect(ledger: Ledger, kind: str, path: str, target: str) -> None:
    ledger.web.answer(1, Outcome(kind=kind, url=HOST + path, status=302, location=HOST + target))


def depths(frontier: Frontier) -> dict[str, int]:
    pages = frontier.pages(frontier.scopes[0])
    return {url.removeprefix(HOST): depth for url, depth, _ in pages}


def asked(frontier: Frontier) -> list[str]:
    """Everything in the order in which one host would be asked for it."""
    order = []
    while want := frontier.wanted.first("a.example:80"):
        frontier.wanted.count(want)
        frontier.wanted.done(want.kind, want.url)
        order.append(want.url.removeprefix(HOST))
    return order


def test_a_page_leads_to_its_images_and_links(ledger: Ledger) -> None:
    frontier = frontier_of(ledger)
    assert frontier.wanted.fresh_hosts() == {"a.example:80"}
    read(ledger, "", page_of(("b", ""), ("1.png", "1.png")), frontier)
    assert asked(frontier) == ["1.png", "b"]


def test_depth_is_the_fewest_links_whatever_came_first(ledger: Ledger) -> None:
    """The long way was known first; the tables are computed from all facts together."""
    live = frontier_of(ledger)
    read(ledger, "", page_of(("b", "far")), live)
    read(ledger, "far", page_of(("farther",)), live)
    read(ledger, "farther", page_of(("x",)), live)
    read(ledger, "x", page_of(), live)
    assert depths(live)["x"] == 3
    read(ledger, "b", page_of(("x",)), live)
    assert depths(frontier_of(ledger))["x"] == 2


def test_a_redirect_is_no_step_deeper(ledger: Ledger) -> None:
    read(ledger, "", page_of(("old", "other")))
    redirect(ledger, "page", "old", "new")
    read(ledger, "new", page_of(("x",)))
    read(ledger, "other", page_of(("y",)))
    read(ledger, "y", page_of(("x",)))
    read(ledger, "x", page_of())
    assert depths(frontier_of(ledger)) == {"": 0, "new": 1, "other": 1, "x": 2, "y": 2}


def test_a_link_named_like_an_image_is_a_page_if_its_answer_is_one(ledger: Ledger) -> None:
    frontier = frontier_of(ledger)
    read(ledger, "", page_of(("about.jpg",)), frontier)
    assert frontier.wanted.first("a.example:80") == Want("image", HOST + "about.jpg", 0, "x", 0)
    redirect(ledger, "image", "about.jpg", "real.jpg")
    frontier.answered("image", HOST + "about.jpg")
    read(ledger, "real.jpg", page_of(("deeper",)), frontier)
    ledger.web.answer(1, Outcome(kind="image", url=HOST + "real.jpg", word="not-an-image"))
    frontier.answered("image", HOST + "real.jpg")
    assert depths(frontier) == {"": 0, "real.jpg": 1}
    assert asked(frontier) == ["deeper"]


def test_a_frontier_of_the_same_facts_is_the_same(ledger: Ledger) -> None:
    live = frontier_of(ledger)
    read(ledger, "", page_of(("b", "c.jpg"), ("1.png",)), live)
    read(ledger, "b", page_of(("d",), ("2.png",)), live)
    assert sorted(asked(live)) == sorted(asked(frontier_of(ledger)))


def test_a_page_that_was_read_with_another_view_is_asked_again(ledger: Ledger) -> None:
    read(ledger, "", page_of(("b",)))
    other = Source(label="x", seeds=(HOST,), select="main")
    assert asked(frontier_of(ledger, other)) == [""]


def test_budgets_count_what_was_asked_before(ledger: Ledger) -> None:
    read(ledger, "", page_of(("b", "c"), ("1.png", "2.png", "3.png")))
    ledger.web.answer(1, Outcome(kind="image", url=HOST + "1.png", word="http"))
    frontier = frontier_of(ledger, most={"page": 2, "image": 2})
    assert asked(frontier) == ["2.png", "b"]
    assert frontier.wanted.exhausted == {Budget("page", 0, ""), Budget("image", 0, "x")}


def test_a_pattern_makes_the_whole_host_home(ledger: Ledger) -> None:
    source = Source(label_pattern="(?P<label>.)", seeds=(HOST + "deep/down/",))
    frontier = frontier_of(ledger, source)
    assert frontier.scopes[0].follow == [HOST]
