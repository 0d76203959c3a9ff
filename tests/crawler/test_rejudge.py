"""Another configuration judges anew what earlier settings decided, and asks nothing else again."""

import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.crawler.crawling import (
    LOOPBACK,
    RESERVATIONS,
    crawl,
    image,
    page,
    picture,
    statuses,
    whole_rows,
)
from tests.server import Answer, Body, Server, serve

SMALL, LARGE = picture("red", 10), picture("blue", 64)  # fewer than 100, more than 150 bytes
AWAY = f"{LOOPBACK[1]}/away.png"
STUBBORN = Answer("", 503, {"Retry-After": "0"})  # no back-off of our own


def slow(method: str, host: str, path: str, headers: Mapping[str, str]) -> Body:
    time.sleep(0.5 if path == "/slow.png" else 0.0)
    return SITE.get(path)


SITE: dict[str, Body] = {
    "/robots.txt": "User-agent: flowers\nDisallow: /secret.png",
    "/small.png": SMALL,
    "/large.png": LARGE,
    "/slow.png": picture("green", 30),
    "/secret.png": picture("black", 30),
    "/busy.png": STUBBORN,
}
IMAGES = ("/small.png", "/large.png", "/slow.png", "/secret.png", "/busy.png")


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with serve(slow, hosts=LOOPBACK[:2]) as server:
        SITE["/"] = page(*map(image, IMAGES), image(server.url("/away.png", LOOPBACK[1])))
        SITE["/away.png"] = picture("white", 30)
        yield server


CASES: dict[str, tuple[dict[str, Any], dict[str, Any], list[str]]] = {
    # what is changed: from, to, and what is asked again
    "min_side raised": ({}, {"min_side": 20}, []),
    "min_side lowered": ({"min_side": 20}, {}, ["/small.png"]),
    "max_bytes raised": ({"max_bytes": len(LARGE) - 1}, {}, ["/large.png"]),
    "max_bytes lowered": ({}, {"max_bytes": len(LARGE) - 1}, []),
    "max_pixels raised": ({"max_pixels": 1000}, {}, ["/large.png"]),
    "max_pixels lowered": ({}, {"max_pixels": 1000}, []),
    "deadline raised": ({"deadline": 0.3}, {}, ["/slow.png"]),
    "tries raised": ({}, {"tries": 2}, ["/busy.png", "/busy.png"]),
    "tries lowered": ({"tries": 2}, {}, []),
    "allow_private wider": (
        {"allow_private": LOOPBACK[:1]},
        {},
        [f"{LOOPBACK[1]}/robots.txt", f"{LOOPBACK[1]}{RESERVATIONS}", AWAY],
    ),
    "another agent": ({}, {"user_agent": "roses/1"}, ["/secret.png"]),
    "another delay": ({}, {"delay": 0.001}, []),
}


@pytest.mark.parametrize("case", CASES)
def test_only_what_the_change_decides_is_asked_again(
    server: Server, tmp_path: Path, case: str
) -> None:
    before, now, asked = CASES[case]
    defaults: dict[str, Any] = {"delay": 0.0, "tries": 1, "user_agent": "flowers/1"}
    crawl(server, tmp_path / "out", **defaults | before)
    server.log.clear()
    crawl(server, tmp_path / "out", **defaults | now)
    names = [f"{each.host}{each.path}" for each in server.log]
    assert sorted(name.removeprefix(LOOPBACK[0]) for name in names) == sorted(asked)
    crawl(server, tmp_path / "fresh", **defaults | now)
    assert whole_rows(tmp_path / "out") == whole_rows(tmp_path / "fresh")


def test_a_limit_there_and_back_needs_no_request(server: Server, tmp_path: Path) -> None:
    crawl(server, tmp_path, delay=0.0, tries=1)
    before = (tmp_path / "manifest.csv").read_bytes()
    server.log.clear()
    crawl(server, tmp_path, delay=0.0, tries=1, min_side=20)
    assert statuses(tmp_path)["/small.png"] == "rejected too-small"
    crawl(server, tmp_path, delay=0.0, tries=1)
    assert ((tmp_path / "manifest.csv").read_bytes(), server.log) == (before, [])


def test_a_refresh_compares_with_the_limits_of_today(server: Server, tmp_path: Path) -> None:
    crawl(server, tmp_path, delay=0.0, tries=1)
    crawl(server, tmp_path, delay=0.0, tries=1, min_side=20, refresh=True)
    changes = (tmp_path / "changes.csv").read_text(encoding="utf-8")
    assert "large.png,unchanged" in changes
    assert "small.png" not in changes
