"""A crawl of 100,000 image URLs takes the memory of one of 10,000: what is known is on disk."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.crawler.crawling import (
    AGENT,
    LOOPBACK,
    RESERVATIONS,
    image,
    link,
    page,
    picture,
    table,
)
from tests.crawler.measured import Measured, measured
from tests.server import Body, serve

pytestmark = [
    pytest.mark.accept,
    pytest.mark.skipif(sys.platform != "linux", reason="peak memory is read from /proc"),
]

ON_A_PAGE = 100  # images, of which robots.txt leaves open:
OPEN = 10
MORE = 4.0  # MiB, for ten times as many addresses


class Crawled(NamedTuple):
    """What a crawl of the command took, and what became of the images."""

    took: Measured
    statuses: Mapping[str, int]


class Gallery:
    """Pages of a hundred images each, in a tree of ten links a page, on several hosts."""

    def __init__(self, images: int) -> None:
        self.pages = images // ON_A_PAGE

    def __call__(self, method: str, host: str, path: str, headers: Mapping[str, str]) -> Body:
        if path == "/robots.txt":
            return "User-agent: *\nDisallow: /closed/"
        if path == RESERVATIONS:
            return None
        name, _, number = path.strip("/").rpartition("/")
        if name == "open":
            return picture(f"#{int(number.removesuffix('.png')):06x}", 4)
        first = int(number or 0) * ON_A_PAGE
        folders = ["open"] * OPEN + ["closed"] * (ON_A_PAGE - OPEN)
        shown = (image(f"{self._host(at)}/{f}/{first + at}.png") for at, f in enumerate(folders))
        below = range(int(number or 0) * 10 + 1, int(number or 0) * 10 + 11)
        return page(*shown, *(link(f"/page/{child}") for child in below if child < self.pages))

    def _host(self, at: int) -> str:
        return f"//{LOOPBACK[at % len(LOOPBACK)]}:{self.port}"

    port = 0


def crawled(images: int, folder: Path) -> Crawled:
    """Crawl a gallery by the command, in a process of its own."""
    site = Gallery(images)
    with serve(site, hosts=LOOPBACK) as server:
        site.port = server.port
        words = [server.url("/"), "--label", "x", "--delay", "0", "--user-agent", AGENT]
        words += ["--allow-private", *LOOPBACK, "--out", str(folder)]
        took = measured([*words, "--max-images", str(images), "--max-pages", str(images)])
    statuses = [row["status"] for row in table(folder / "manifest.csv")]
    counts = {status: statuses.count(status) for status in sorted(set(statuses))}
    return Crawled(took, counts)


def test_ten_times_as_many_addresses_take_no_more_memory(tmp_path: Path) -> None:
    few, many = (crawled(images, tmp_path / str(images)) for images in (10_000, 100_000))
    for each in few, many:
        print(f"{each.statuses}: {each.took.seconds:.0f} s, peak {each.took.peak:.1f} MiB")
    assert few.statuses == {"denied": 9_000, "ok": 1_000}
    assert many.statuses == {"denied": 90_000, "ok": 10_000}
    assert many.took.peak < few.took.peak + MORE
