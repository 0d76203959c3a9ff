"""A real site, served as it is and crawled from its first page.

What is expected is worked out here, from the files and with another parser than the crawler's.
"""

from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

import pytest

import crawler
from crawler import CrawlConfig, FoundRow, ImageRow, Source, Status, read_found, read_manifest
from crawler.cli import verify_main
from crawler.files import sha256_of
from tests.server import Exchange, early_requests, folder, serve

pytestmark = pytest.mark.real

DELAY = 0.005  # seconds


class Attributes(HTMLParser):
    """Collects the href of every a and area, and the src of every img."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.images: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag in {"a", "area"}:
            self.links.append(values.get("href") or "")
        if tag == "img":
            self.images.append(values.get("src") or "")


@dataclass(slots=True)
class Walk:
    """Everything that links reach from the first page, in the files of a folder."""

    root: Path
    base: str
    pages: set[str] = field(default_factory=set)  # addresses
    images: set[str] = field(default_factory=set)  # named by img tags
    linked: set[str] = field(default_factory=set)  # images that links lead to

    def __post_init__(self) -> None:
        waiting, seen = [self.base], {self.base}
        while waiting:
            new = self._visit(waiting.pop()) - seen
            seen |= new
            waiting += new

    def file(self, url: str) -> Path:
        path = unquote(urlsplit(url).path)
        return self.root / (path.lstrip("/") + "index.html" * path.endswith("/"))

    def files(self, urls: set[str]) -> set[Path]:
        return {self.file(url) for url in urls}

    def contents(self, urls: set[str]) -> set[str]:
        """The sha256 of each."""
        return {sha256_of(file) for file in self.files(urls)}

    def _visit(self, url: str) -> set[str]:
        """Note what stands at an address; return the addresses of this host it links to."""
        file = self.file(url)
        if file.suffix in {".png", ".jpg"} and file.is_file():
            self.linked.add(url)
        if file.suffix != ".html" or not file.is_file():
            return set()
        self.pages.add(url)
        parser = Attributes()
        parser.feed(file.read_text(encoding="utf-8"))
        self.images |= self._here(url, parser.images)
        return self._here(url, parser.links)

    def _here(self, page: str, written: list[str]) -> set[str]:
        urls = {urldefrag(urljoin(page, address)).url for address in written}
        return {url for url in urls if url.startswith(self.base)}


@dataclass(frozen=True, slots=True)
class Crawled:
    """What the crawl left, and what the server saw of it."""

    out: Path
    log: list[Exchange]
    walk: Walk
    rows: dict[str, ImageRow]
    found: list[FoundRow]

    def found_by(self, attribute: str) -> set[str]:
        """The image addresses that stood in this attribute, by the crawl's own account."""
        return {row.url for row in self.found if row.attribute == attribute}

    def stored(self, urls: set[str]) -> set[str]:
        """The contents of these addresses, each with its file in place."""
        rows = [self.rows[url] for url in urls if self.rows[url].path]
        assert all(sha256_of(self.out / row.path) == row.sha256 for row in rows)
        return {row.sha256 for row in rows}


@pytest.fixture(scope="module")
def crawled(scipy_lectures: Path, workshop: Path) -> Crawled:
    with serve(folder(scipy_lectures)) as server:
        home = server.url("/")
        out = workshop / "講義 の 画像"
        config = CrawlConfig(
            user_agent="lectures-study/1.0 (+mailto:me@example.org)",
            delay=DELAY,
            max_pages=5000,
            max_images=5000,
            allow_private=("127.0.0.1",),
        )
        manifest = crawler.run(config, [Source(label="図", seeds=(home,), images=(home,))], out)
        rows = list(read_manifest(manifest))
        assert len({row.url for row in rows}) == len(rows)
        return Crawled(
            out,
            list(server.log),
            Walk(scipy_lectures, home),
            {row.url: row for row in rows},
            list(read_found(out / "found.csv")),
        )


def test_every_page_that_links_reach_was_read(crawled: Crawled) -> None:
    walk = crawled.walk
    assert len(walk.files(walk.pages)) == 233
    asked = {urljoin(walk.base, exchange.path) for exchange in crawled.log}
    assert walk.pages <= asked


def test_every_image_that_img_tags_name_is_a_row(crawled: Crawled) -> None:
    walk, rows = crawled.walk, crawled.rows
    assert len(walk.images) == 588
    assert crawled.found_by("src") == walk.images
    kept = {url for url in walk.images if rows[url].status in {Status.OK, Status.DUPLICATE}}
    assert len(kept) == 587
    (vector,) = walk.images - kept
    assert vector.endswith(".svg")
    assert rows[vector].status is Status.REJECTED
    assert rows[vector].error.startswith("not-an-image: ")
    assert crawled.stored(walk.images) == walk.contents(kept)


def test_links_to_images_add_two_addresses_and_one_file(crawled: Crawled) -> None:
    walk = crawled.walk
    assert crawled.found_by("href") == walk.linked
    assert len(walk.linked - walk.images) == 2
    assert crawled.stored(walk.linked) == walk.contents(walk.linked)
    assert len(crawled.stored(walk.linked) - crawled.stored(walk.images)) == 1


def test_each_content_is_ok_once_at_its_smallest_address(crawled: Crawled) -> None:
    rows = [row for row in crawled.rows.values() if row.sha256]
    assert {row.sha256 for row in rows} == crawled.walk.contents({row.url for row in rows})
    for content, count in Counter(row.sha256 for row in rows).items():
        same = sorted((row for row in rows if row.sha256 == content), key=lambda row: row.url)
        assert [row.status for row in same] == [Status.OK] + [Status.DUPLICATE] * (count - 1)
        assert {row.path for row in same} == {same[0].path}
        assert sha256_of(crawled.out / same[0].path) == content


def test_nothing_was_asked_twice_or_before_its_time(crawled: Crawled) -> None:
    asked = Counter(exchange.path for exchange in crawled.log)
    assert {path: count for path, count in asked.items() if count > 1} == {}
    assert crawled.log[0].path == "/robots.txt"
    assert early_requests(crawled.log, DELAY) == []
    assert verify_main([str(crawled.out)]) == 0
