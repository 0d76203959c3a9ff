"""The next crawl of a finished one."""

import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from hashlib import md5
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.crawler.crawling import (
    AGENT,
    RESERVATIONS,
    crawl,
    image,
    link,
    page,
    picture,
    rows,
    statuses,
    table,
)
from tests.server import Answer, Body, Exchange, Server, serve

RED, BLUE, GREEN = picture("red"), picture("blue"), picture("green")


class Versioned:
    """A site that answers 304 where the client has what is there."""

    def __init__(self, pages: dict[str, Body], *, header: str = "ETag") -> None:
        self.pages = pages
        self.header = header
        self.sent: list[tuple[str, int]] = []  # path and status of each answer

    def __call__(self, method: str, host: str, path: str, headers: Mapping[str, str]) -> Body:
        body = self.pages.get(path)
        if body is None:
            return None
        content = body.body if isinstance(body, Answer) else body
        tag = '"' + md5(str(content).encode(), usedforsecurity=False).hexdigest() + '"'
        known = headers.get("if-none-match" if self.header == "ETag" else "if-modified-since")
        self.sent.append((path, 304 if known == tag else 200))
        if known == tag:
            return Answer("", 304, {self.header: tag})
        answer = body if isinstance(body, Answer) else Answer(body)
        return Answer(answer.body, 200, {**answer.headers, self.header: tag})


def changes(out: Path) -> dict[str, str]:
    return {"/" + row["url"].split("/", 3)[3]: row["change"] for row in table(out / "changes.csv")}


@pytest.mark.parametrize("header", ["ETag", "Last-Modified"])
def test_an_unchanged_site_sends_nothing_again(tmp_path: Path, header: str) -> None:
    pages: dict[str, Body] = {
        "/": page(link("/two"), link("/about.jpg"), image("/a.png")),
        "/two": page(image("/b.png")),
        "/about.jpg": page(image("/c.png")),
        "/a.png": RED,
        "/b.png": BLUE,
        "/c.png": GREEN,
    }
    site = Versioned(pages, header=header)
    with serve(site) as server:
        crawl(server, tmp_path)
        before = rows(tmp_path)
        site.sent.clear()
        crawl(server, tmp_path, refresh=True)
    assert sorted(site.sent) == sorted((path, 304) for path in pages)
    assert rows(tmp_path) == before
    assert changes(tmp_path) == dict.fromkeys(["/a.png", "/b.png", "/c.png"], "unchanged")


def test_what_is_new_changed_unchanged_or_gone_is_told(tmp_path: Path) -> None:
    parts = [image(f"/{name}.png") for name in ("same", "changed", "removed", "unlinked")]
    pages: dict[str, Body] = {
        "/": page(*parts),
        "/same.png": RED,
        "/changed.png": RED,
        "/removed.png": BLUE,
        "/unlinked.png": BLUE,
    }
    with serve(Versioned(pages)) as server:
        crawl(server, tmp_path)
        pages |= {
            "/": page(*parts[:3], image("/new.png")),
            "/changed.png": GREEN,
            "/removed.png": None,
            "/new.png": BLUE,
        }
        crawl(server, tmp_path, refresh=True)
    assert changes(tmp_path) == {
        "/changed.png": "changed",
        "/new.png": "new",
        "/removed.png": "gone",
        "/same.png": "unchanged",
        "/unlinked.png": "gone",
    }
    assert statuses(tmp_path) == {
        "/changed.png": "ok",
        "/new.png": "ok",
        "/removed.png": "failed http",
        "/same.png": "ok",
    }


def test_a_file_that_was_lost_is_fetched_again(tmp_path: Path) -> None:
    site = Versioned({"/": page(image("/a.png")), "/a.png": RED})
    with serve(site) as server:
        crawl(server, tmp_path)
        file = tmp_path / rows(tmp_path)["/a.png"]["path"]
        file.unlink()
        crawl(server, tmp_path, refresh=True)
    assert site.sent[-1] == ("/a.png", 200)
    assert file.read_bytes() == RED


def test_a_refresh_that_is_not_finished_is_resumed_and_keeps_what_was_known(tmp_path: Path) -> None:
    pages: dict[str, Body] = {"/": page(image("/a.png"), image("/b.png")), "/a.png": RED}
    pages["/b.png"] = BLUE
    with serve(lambda method, host, path, headers: pages.get(path)) as server:
        crawl(server, tmp_path)
        before = rows(tmp_path)
        pages["/a.png"] = Answer("", 503, {"Retry-After": "2"})
        crawl(server, tmp_path, refresh=True, max_wait=1.0)
        assert rows(tmp_path) == before
        pages["/a.png"] = RED
        asked = len(server.log)
        crawl(server, tmp_path, refresh=True, max_wait=1.0 + 2.0)
        assert server.paths()[asked:] == ["/a.png", "/b.png"]
    assert rows(tmp_path) == before


def test_a_robots_txt_is_not_read_again_within_a_day(tmp_path: Path) -> None:
    site: dict[str, Body] = {"/": page(image("/a.png")), "/a.png": RED, "/robots.txt": ""}
    with serve(site) as server:
        crawl(server, tmp_path)
        crawl(server, tmp_path, refresh=True)
        assert server.paths() == ["/robots.txt", *["/", RESERVATIONS, "/a.png"] * 2]


class Case(NamedTuple):
    """What an image answered before and what it answers now, and what becomes of it."""

    before: Answer
    now: Answer
    change: str
    status: str


def tagged(body: bytes, etag: str = '"1"', **headers: str) -> Answer:
    written = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(body, 200, {"ETag": etag, **written})


def not_modified(**headers: str) -> Answer:
    return Answer(b"", 304, {name.replace("_", "-"): value for name, value in headers.items()})


DATE = "Tue, 14 Nov 2023 22:13:20 GMT"
NOAI = {"X-Robots-Tag": "noindex, noai"}
CASES = {
    "not modified": Case(tagged(RED), not_modified(), "unchanged", "ok"),
    "by date": Case(Answer(RED, 200, {"Last-Modified": DATE}), not_modified(), "unchanged", "ok"),
    "by both": Case(tagged(RED, Last_Modified=DATE), not_modified(), "unchanged", "ok"),
    "weak": Case(tagged(RED, 'W/"1"'), not_modified(), "unchanged", "ok"),
    "without quotes": Case(tagged(RED, "1"), not_modified(), "unchanged", "ok"),
    "beyond ASCII": Case(tagged(RED, '"\xe9\xff"'), not_modified(), "unchanged", "ok"),
    "with a new ETag": Case(tagged(RED), not_modified(ETag='"2"'), "unchanged", "ok"),
    "conditions ignored": Case(tagged(RED), tagged(RED), "unchanged", "ok"),
    "no validators": Case(Answer(RED), Answer(RED), "unchanged", "ok"),
    "other bytes": Case(tagged(RED), tagged(BLUE, '"2"'), "changed", "ok"),
    "other bytes, same ETag": Case(tagged(RED), tagged(BLUE), "changed", "ok"),
    "not modified, though nobody asked": Case(Answer(RED), not_modified(), "gone", "failed http"),
    "404": Case(tagged(RED), Answer("", 404), "gone", "failed http"),
    "503": Case(tagged(RED), Answer("", 503, {"Retry-After": "0"}), "gone", "failed http"),
    "HTML": Case(tagged(RED), page("no more"), "gone", "rejected not-an-image"),
    "cut": Case(tagged(RED), tagged(RED[:-9], '"2"'), "gone", "rejected truncated"),
    "there at last": Case(Answer("", 404, {"ETag": '"0"'}), tagged(RED), "new", "ok"),
    "moved": Case(tagged(RED), Answer("", 301, {"Location": "/red"}), "unchanged", "ok"),
    "moved and changed": Case(tagged(BLUE), Answer("", 302, {"Location": "/red"}), "changed", "ok"),
    "opted out": Case(tagged(RED), Answer(RED, 200, NOAI), "gone", "denied optout"),
    "opted out by a 304": Case(tagged(RED), Answer("", 304, NOAI), "gone", "denied optout"),
    "opted out by a 304 of type HTML": Case(
        tagged(RED), Answer("", 304, {"Content-Type": "text/html", **NOAI}), "gone", "denied optout"
    ),
    "opted out on the way": Case(
        tagged(RED), Answer("", 302, {"Location": "/red", **NOAI}), "gone", "denied optout"
    ),
    "opted in": Case(Answer(RED, 200, {"ETag": '"1"', **NOAI}), tagged(RED), "new", "ok"),
}
PATH = {name: f"/{number}.png" for number, name in enumerate(CASES)}


class Refreshed(NamedTuple):
    """A site with all cases after a refresh, and again after another."""

    asked: list[Exchange]  # in the first refresh
    changes: dict[str, str]
    rows: dict[str, dict[str, str]]
    statuses: dict[str, str]
    later: dict[str, str]  # the changes of the second
    again: dict[str, str]  # and the statuses


@pytest.fixture(scope="module")
def refreshed(tmp_path_factory: pytest.TempPathFactory) -> Refreshed:
    out = tmp_path_factory.mktemp("crawl")
    site: dict[str, Body] = {"/": page(*map(image, PATH.values())), "/red": RED}
    with serve(site) as server:
        for turn in ("before", "now"):
            site |= {PATH[name]: getattr(case, turn) for name, case in CASES.items()}
            asked = len(server.log)
            crawl(server, out, refresh=turn == "now", delay=0.0)
        first = server.log[asked:], changes(out), rows(out), statuses(out)
        crawl(server, out, refresh=True, delay=0.0)
        return Refreshed(*first, changes(out), statuses(out))


@pytest.mark.parametrize("name", CASES)
def test_a_refresh_tells_what_became_of_an_image(refreshed: Refreshed, name: str) -> None:
    case, path = CASES[name], PATH[name]
    assert refreshed.changes.get(path) == case.change
    assert refreshed.statuses[path].replace("duplicate", "ok") == case.status


@pytest.mark.parametrize("name", CASES)
def test_an_image_is_asked_with_the_validators_it_had(refreshed: Refreshed, name: str) -> None:
    """None where it had no usable image, whatever it was sent."""
    request = next(each.headers for each in refreshed.asked if each.path == PATH[name])
    before = CASES[name].before
    usable = before.status == 200 and "X-Robots-Tag" not in before.headers
    validators = before.headers if usable else {}
    assert request.get("if-none-match") == validators.get("ETag")
    assert request.get("if-modified-since") == validators.get("Last-Modified")


@pytest.mark.parametrize("name", CASES)
def test_a_second_refresh_of_the_same_site_changes_nothing(refreshed: Refreshed, name: str) -> None:
    """But that a server which says "not modified" to everybody is asked without a condition."""
    path = PATH[name]
    usable = {"ok", "duplicate"}
    if CASES[name].now.status == 304 and CASES[name].change == "gone":
        assert refreshed.again[path] in {"failed http", "denied optout"}
    else:
        assert refreshed.again[path] == refreshed.statuses[path]
    assert refreshed.later.get(path) == ("unchanged" if refreshed.again[path] in usable else None)


def test_a_new_validator_takes_the_place_of_the_old(refreshed: Refreshed) -> None:
    assert refreshed.rows[PATH["with a new ETag"]]["etag"] == '"2"'
    assert refreshed.rows[PATH["not modified"]]["etag"] == '"1"'
    assert refreshed.rows[PATH["moved"]]["final_url"].endswith("/red")


class Blocking(Versioned):
    """Lets nobody pass at one path until it is opened."""

    def __init__(self, pages: dict[str, Body], at: str) -> None:
        super().__init__(pages)
        self.at = at
        self.reached, self.opened = threading.Event(), threading.Event()

    def __call__(self, method: str, host: str, path: str, headers: Mapping[str, str]) -> Body:
        if path == self.at:
            self.reached.set()
            self.opened.wait(20)
        return super().__call__(method, host, path, headers)


@pytest.fixture
def half_done(tmp_path: Path) -> Iterator[tuple[Server, Blocking]]:
    """A finished crawl of a site that has changed since, which stops at an image in the middle."""
    pages: dict[str, Body] = {"/": page(*(image(f"/{n}.png") for n in range(5)))}
    pages |= {f"/{number}.png": RED for number in range(4)}
    site = Blocking(pages, at="/2.png")
    site.opened.set()
    with serve(site) as server:
        crawl(server, tmp_path)
        pages |= {"/1.png": BLUE, "/2.png": GREEN, "/3.png": None, "/4.png": RED}
        site.reached.clear()
        site.opened.clear()
        yield server, site
        site.opened.set()


def test_a_refresh_killed_in_the_middle_goes_on_as_if_nothing_had_happened(
    tmp_path: Path, half_done: tuple[Server, Blocking]
) -> None:
    server, site = half_done
    flags = ["--delay", "0.03", "--label", "rose", "--user-agent", AGENT, "--out", str(tmp_path)]
    words = [server.url("/"), *flags, "--allow-private", "127.0.0.1", "--refresh"]
    process = subprocess.Popen([sys.executable, "-m", "crawler", *words])
    assert site.reached.wait(20)
    process.kill()
    assert process.wait(20) == -signal.SIGKILL
    site.opened.set()
    asked = len(server.log)
    crawl(server, tmp_path, refresh=True)
    assert server.paths()[asked:] == ["/2.png", "/3.png", "/4.png"]
    assert changes(tmp_path) == {
        "/0.png": "unchanged",
        "/1.png": "changed",
        "/2.png": "changed",
        "/3.png": "gone",
        "/4.png": "new",
    }
