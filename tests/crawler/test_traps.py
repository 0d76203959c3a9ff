"""Sites without end are ended by a budget that is named; honest sites are read to their end."""

import logging
import random
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from crawler import stage
from crawler.config import Source
from crawler.events import Event
from crawler.schema import connect
from tests.crawler.crawling import (
    RESERVATIONS,
    contents,
    crawl,
    image,
    link,
    page,
    picture,
    settings,
    statuses,
    whole_rows,
)
from tests.server import Body, Server, serve

PICTURE = picture("red")
MONTHS = "January February March April May June July August September October November December"


class Visited:
    """A crawl of a site that may have no end: what was asked, and what was said about it."""

    def __init__(self, server: Server, out: Path, log: pytest.LogCaptureFixture) -> None:
        self.pages = [path for path in contents(server) if not path.endswith(".png")]
        self.images = statuses(out)
        self.said = log.messages
        with connect(out / "crawl.sqlite") as database:
            self.exhausted = [row[0] for row in database.execute("SELECT kind FROM exhausted")]
        database.close()


Visit = Callable[..., Visited]


@pytest.fixture
def visit(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> Visit:
    def visit(pages: Callable[[str, Mapping[str, str]], Body], **changes: Any) -> Visited:
        """Crawl what `pages` answers for a path and its query; every .png is an image."""

        def site(method: str, host: str, path: str, headers: Mapping[str, str]) -> Body:
            parts = urlsplit(path)
            if path in {"/robots.txt", RESERVATIONS}:
                return None
            if parts.path.endswith(".png"):
                return PICTURE
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            return pages(parts.path, query)

        with serve(site) as server, caplog.at_level(logging.WARNING):
            crawl(server, tmp_path, **{"delay": 0.0, "max_images": 5000} | changes)
        return Visited(server, tmp_path, caplog)

    return visit


def numbered(name: str, *numbers: int) -> str:
    return "".join(link(f"{name}{number}") for number in numbers)


# Traps.


def test_a_calendar_that_goes_on_for_ever_is_left_after_a_few_months(visit: Visit) -> None:
    def calendar(path: str, query: Mapping[str, str]) -> Body:
        month = int(query.get("month", 0))
        days = "".join(f"<td>{day}</td>" for day in range(1, 31))
        return page(
            f"<h1>Month {month}</h1>", image("/logo.png"), days, link(f"?month={month + 1}")
        )

    visited = visit(calendar)
    assert len(visited.pages) == 12  # the first, ten copies that are followed, and one that is not
    assert visited.exhausted == ["copies"]
    assert "max_copies" in visited.said[-1]


def test_a_calendar_with_names_of_months_is_left_too(visit: Visit) -> None:
    def months(path: str, query: Mapping[str, str]) -> Body:
        number = int(path.strip("/") or 0)
        name = MONTHS.split()[number % 12]
        return page(f"<h1>{name} {2011 + number // 12}</h1>", numbered("/", number + 1, number - 1))

    visited = visit(months)
    assert len(visited.pages) == 1 + 1 + 20 * 2  # the seed, the same month once more, 20 either way
    assert visited.exhausted == ["depth"]
    assert "max_depth" in visited.said[-1]


def test_an_id_of_the_session_in_every_link_does_not_multiply_a_site(visit: Visit) -> None:
    session = iter(range(10**6))

    def shop(path: str, query: Mapping[str, str]) -> Body:
        links = "".join(link(f"/{name}?sid={next(session)}") for name in "abcde")
        return page(f"<h1>{path}</h1>", image(f"{path}/photo.png"), links)

    visited = visit(shop)
    assert len(visited.pages) < 6 * 5 * 11
    assert len(visited.images) == 6
    assert visited.exhausted == ["copies"]


def test_a_search_that_answers_any_question_is_left(visit: Visit) -> None:
    def search(path: str, query: Mapping[str, str]) -> Body:
        words = query.get("q", "")
        more = "".join(link(f"/search?q={words}{letter}") for letter in "ab")
        return page(f"<p>Nothing is called {words}.</p>", more)

    visited = visit(search, max_depth=1000)
    assert len(visited.pages) == 101
    assert visited.exhausted == ["variants"]
    assert "max_variants" in visited.said[-1]


def test_a_path_that_repeats_itself_is_not_followed(visit: Visit) -> None:
    def nested(path: str, query: Mapping[str, str]) -> Body:
        return page(f"<p>{path}</p>", link("a/b/"), link("c/"))

    visited = visit(nested, max_pages=200)
    assert not [path for path in visited.pages if "/a/b/a/b/a/b" in path or "/c/c/c" in path]
    assert "/a/b/a/b/" in visited.pages
    assert "repeats" in visited.exhausted
    assert any("max_repeats" in sentence for sentence in visited.said)


def test_a_page_for_every_unknown_address_is_read_a_few_times(visit: Visit) -> None:
    def soft(path: str, query: Mapping[str, str]) -> Body:
        return page("<p>We could not find that. Try these:</p>", link("x/"), link("y/"), link("z/"))

    visited = visit(soft)
    assert len(visited.pages) <= 1 + 11 * 3
    assert "copies" in visited.exhausted


def test_a_tarpit_of_random_words_is_ended_by_its_depth(visit: Visit) -> None:
    def tarpit(path: str, query: Mapping[str, str]) -> Body:
        words = random.Random(path).choices(MONTHS.split(), k=30)
        return page(" ".join(words), link("/" + "-".join(words[:8])))

    visited = visit(tarpit)
    assert len(visited.pages) == 21
    assert visited.exhausted == ["depth"]


def test_a_broad_tarpit_is_ended_by_max_pages(visit: Visit) -> None:
    def tarpit(path: str, query: Mapping[str, str]) -> Body:
        words = random.Random(path).choices(MONTHS.split(), k=30)
        return page(" ".join(words), *(link("/" + "-".join(words[at:])) for at in range(10)))

    visited = visit(tarpit, max_pages=60)
    assert len(visited.pages) == 60
    assert visited.exhausted == ["page"]


# Honest sites.


@pytest.fixture
def ended_by_itself(visit: Visit) -> Visit:
    def crawled(pages: Callable[[str, Mapping[str, str]], Body], **changes: Any) -> Visited:
        visited = visit(pages, **changes)
        assert visited.exhausted == []
        assert visited.said == []
        return visited

    return crawled


def test_a_gallery_of_300_pages_is_read_to_its_end(ended_by_itself: Visit) -> None:
    def gallery(path: str, query: Mapping[str, str]) -> Body:
        number = int(query.get("page", 1))
        on = link(f"/?page={number + 1}") if number < 300 else ""
        shown = image(f"/{number}.png")
        return page("<h1>Photos</h1>", shown, on)

    assert len(ended_by_itself(gallery).images) == 300


def test_a_day_may_be_the_eleventh_of_the_eleventh(ended_by_itself: Visit) -> None:
    def blog(path: str, query: Mapping[str, str]) -> Body:
        return page(path, link("/2011/11/11/"), link("/11/11/11/11/"), image(f"{path}a.png"))

    assert "/11/11/11/11/a.png" in ended_by_itself(blog).images


@pytest.mark.parametrize("all_at_once", [True, False])
def test_lists_that_look_alike_are_read_for_the_pages_they_lead_to(
    ended_by_itself: Visit,
    all_at_once: bool,  # noqa: FBT001  # a parameter of the test
) -> None:
    """Forty lists of the same words; each item has an image of its own, two links away."""

    def lists(path: str, query: Mapping[str, str]) -> Body:
        if path.startswith("/item/"):
            return page("<h1>Item</h1>", link(f"/large{path}"))
        if path.startswith("/large/"):
            return page("<h1>Large</h1>", image(f"{path}.png"))
        number = int(query.get("page", 0))
        others = range(40) if all_at_once else range(number + 1, min(number + 2, 40))
        bar = "".join(link(f"/?page={other}") for other in others)
        return page(image("/logo.png"), bar, link(f"/item/{number}"))

    assert len(ended_by_itself(lists).images) == 41


def test_a_wiki_whose_pages_are_all_one_script_is_read(ended_by_itself: Visit) -> None:
    def wiki(path: str, query: Mapping[str, str]) -> Body:
        title = int(query.get("title", 0))
        links = "".join(link(f"/index.php?title={title * 3 + child}") for child in (1, 2, 3))
        shown = image(f"/{title}.png") if title % 5 == 0 else ""
        return page(f"<h1>{'abcdefghij'[title % 10] * title}</h1>", shown, links * (title < 60))

    visited = ended_by_itself(wiki)
    assert len(visited.pages) == 1 + 180
    assert len(visited.images) == 37


# Facts.


def test_a_crawl_that_was_cut_is_resumed_where_it_stood(tmp_path: Path) -> None:
    """A second run of the same command asks nothing, and its manifest is the same."""

    def site(method: str, host: str, path: str, headers: Mapping[str, str]) -> Body:
        number = int(path.partition("=")[2] or 0)
        if path.endswith(".png"):
            return PICTURE
        return page("<p>again</p>", image("/a.png"), link(f"/?n={number + 1}"))

    with serve(site) as server:
        crawl(server, tmp_path, delay=0.0)
        before, asked = whole_rows(tmp_path), len(server.log)
        (tmp_path / "manifest.csv").unlink()
        crawl(server, tmp_path, delay=0.0)
        assert len(server.log) == asked
    assert whole_rows(tmp_path) == before


def test_a_budget_that_was_raised_is_no_longer_exhausted(tmp_path: Path) -> None:
    site: dict[str, Body] = {f"/{n}": page(image(f"/{n}.png"), link(f"/{n + 1}")) for n in range(4)}
    site |= {f"/{n}.png": picture("red", 10 + n) for n in range(4)}
    with serve(site) as server:
        source = Source(label="x", seeds=(server.url("/0"),))
        for most, kinds in (2, ["page"]), (9, []):
            crawl(server, tmp_path, source, delay=0.0, max_pages=most)
            database = connect(tmp_path / "crawl.sqlite")
            assert [kind for (kind,) in database.execute("SELECT kind FROM exhausted")] == kinds
            database.close()


@pytest.mark.parametrize("honest", [True, False])
def test_interruptions_change_nothing(tmp_path: Path, honest: bool) -> None:  # noqa: FBT001  # as above
    """Neither the end of an honest site nor, but for a few pages, that of a trap."""

    def lists(method: str, host: str, path: str, headers: Mapping[str, str]) -> Body:
        if path.endswith(".png"):
            return PICTURE
        if path in {"/robots.txt", RESERVATIONS}:
            return None
        number = int(path.rstrip("/").rpartition("/")[2] or 0)
        if honest and path.startswith("/item"):
            return page("<h1>Item</h1>", image(f"/{number}.png"))
        followed = link(f"/item/{number}") if honest else link(f"/list/{number + 1000}")
        return page(followed, numbered("/list/", *([number + 1] if number < 30 else [])))

    def interrupted(events: Iterator[Event]) -> Iterator[Event]:
        for number, event in enumerate(events):
            yield event
            if number == 25:
                raise KeyboardInterrupt

    with serve(lists) as server:
        crawl(server, tmp_path / "whole", delay=0.0)
        whole = len(server.log)
        sources = [Source(label="rose", seeds=(server.url("/"),))]
        for _ in range(100):
            with suppress(KeyboardInterrupt):
                stage.run(settings(delay=0.0), sources, tmp_path / "parts", watch=interrupted)
                break
        asked = len(server.log) - whole
    assert whole_rows(tmp_path / "parts") == whole_rows(tmp_path / "whole")
    if honest:
        assert len(whole_rows(tmp_path / "parts")) == 31
    assert asked <= whole + 10
