"""A sitemap as sitemaps.org and Google's image extension have it.

It tells of pages, of further sitemaps, and of images with the pages that show them. By the protocol
lists of addresses in plain text are sitemaps too, and so are feeds (RSS, Atom). Whatever the bytes,
time is bounded by their number, and memory by what is kept.
"""

import re
from collections.abc import Iterable
from itertools import chain
from typing import NamedTuple
from xml.parsers.expat import ExpatError

from crawler.reading.entries import ROOTS, Entries, Entry
from crawler.reading.line import one_line
from crawler.reading.unpack import Cut, texts

MOST_BYTES = 50 * 1024 * 1024  # of one file, unpacked (sitemaps.org)
MOST_ADDRESSES = 50_000  # of pages and sitemaps in one file (sitemaps.org)
MOST_IMAGES = 100_000  # in one file
LONGEST = 2_048  # characters of an address

HEAD = 4_096  # characters in which a file must show what it is
ROOT = rf"<(?:[\w.-]+:)?(?:{'|'.join(sorted(ROOTS))})\b"
# Declarations are often wrong, and what they say has been heeded.
START = re.compile(rf"<\?xml\s[^>]*+>|(?={ROOT})", re.IGNORECASE)
ADDRESS = re.compile(r"https?://\S+", re.IGNORECASE)
SCHEMES = ("http://", "https://")
LINE = re.compile(r"[\r\n]+")
OTHER_MEDIA = ("image/", "audio/", "video/", "font/")


class Pictured(NamedTuple):
    """An image and the page that shows it."""

    page: str  # as written
    url: str  # as written
    caption: str  # one line, at most 1000 characters; "" where none
    licence: str  # as written; "" where none


class Sitemap(NamedTuple):
    """What a sitemap tells of, in its order."""

    maps: list[str]  # addresses of further sitemaps, each once
    pages: list[str]  # each once
    images: list[Pictured]
    is_cut: bool  # there was more than is read, or a mistake that ended the reading


def read_sitemap(body: bytes) -> Sitemap | None:
    """Read a file, packed by gzip or not; None where it is no sitemap, or declares entities.

    What stands before a mistake counts, and so does what stands after text before the XML.
    Addresses that are too long are left out.
    """
    kept = _Kept()
    entries = Entries(kept.take)
    is_list = False
    try:
        pieces = texts(body, MOST_BYTES)
        head = next(pieces, "")
        start = START.search(head, 0, HEAD)
        if start:
            entries.read(chain([head[start.end() :]], pieces))
        elif is_list := _is_list(head[:HEAD]):
            _read_lines(chain([head], pieces), kept)
    except (Cut, ExpatError):
        kept.is_cut = True
    return kept.sitemap() if entries.is_one or is_list else None


def may_be_sitemap(content_type: str, head: bytes) -> bool:
    """Whether an answer that begins with these bytes, a few KB, may be a sitemap."""
    is_other = content_type.strip().lower().startswith(OTHER_MEDIA)
    return not is_other and read_sitemap(head) is not None


class _Kept:
    """What is kept of a sitemap."""

    def __init__(self) -> None:
        self.is_cut = False
        self._maps: dict[str, None] = {}
        self._pages: dict[str, None] = {}
        self._images: list[Pictured] = []

    def sitemap(self) -> Sitemap:
        return Sitemap(list(self._maps), list(self._pages), self._images, self.is_cut)

    def take(self, entry: Entry) -> None:
        """Keep an entry. Raises Cut where there is no room for it."""
        if not self._is_address(entry.address):
            return
        self.is_cut |= entry.is_cut
        if entry.is_map:
            self._add(entry.address, self._maps)
        else:
            self._add(entry.address, self._pages)
            self._show(entry)

    def add_lines(self, lines: Iterable[str]) -> None:
        """Keep the pages whose addresses these are. Raises Cut where there is no room for them."""
        for url in filter(ADDRESS.fullmatch, map(str.strip, lines)):
            if self._is_address(url):
                self._add(url, self._pages)

    def _add(self, url: str, urls: dict[str, None]) -> None:
        if url not in urls and len(self._maps) + len(self._pages) == MOST_ADDRESSES:
            raise Cut
        urls[url] = None

    def _show(self, entry: Entry) -> None:
        shown = [each for each in entry.pictures if self._is_address(each.get("loc", ""))]
        room = MOST_IMAGES - len(self._images)
        self.is_cut |= len(shown) > room
        self._images += [_pictured(entry.address, each) for each in shown[:room]]

    def _is_address(self, url: str) -> bool:
        self.is_cut |= len(url) > LONGEST
        return 0 < len(url) <= LONGEST


def _pictured(page: str, said: dict[str, str]) -> Pictured:
    caption = said.get("caption") or said.get("description") or said.get("title", "")
    licence = said.get("license", "")
    return Pictured(
        page, said["loc"], one_line(caption), licence if len(licence) <= LONGEST else ""
    )


def _is_list(head: str) -> bool:
    """Whether every line is a web address; the last may be cut off within its scheme."""
    lines = [line.strip() for line in LINE.split(head) if line.strip()]
    if len(lines) > 1 and any(scheme.startswith(lines[-1].lower()) for scheme in SCHEMES):
        lines.pop()
    return bool(lines) and all(map(ADDRESS.fullmatch, lines))


def _read_lines(pieces: Iterable[str], kept: _Kept) -> None:
    """Keep what a list in plain text tells of. Raises Cut where it is more than is read."""
    rest = ""
    for piece in pieces:
        *lines, rest = LINE.split(rest + piece)
        kept.add_lines(lines)
        rest = rest.lstrip()[: LONGEST + 1]
    kept.add_lines([rest])
