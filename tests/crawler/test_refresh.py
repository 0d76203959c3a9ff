"""The next crawl of a finished one."""

from collections.abc import Mapping
from hashlib import md5
from pathlib import Path

import pytest

from tests.crawler.crawling import crawl, image, link, page, picture, rows, statuses, table
from tests.server import Answer, Body, serve

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
        assert server.paths() == ["/robots.txt", *["/", "/a.png"] * 2]
