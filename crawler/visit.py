"""One visit to one address: what is asked, and what came of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from crawler.files import canonical_json
from crawler.image import Facts
from crawler.metadata.embedded import SILENT, Embedded
from crawler.reading.page import Page


class View(NamedTuple):
    """What is wanted of a page: the images of which part, and in which size."""

    select: str  # CSS selector, or "" for the whole page
    want: int  # pixels

    @property
    def key(self) -> str:
        return _key(self)


@lru_cache
def _key(view: View) -> str:
    return canonical_json(view)


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """An address to ask. The validators are those of the answer we have, if it may be reused."""

    kind: str  # robots, tdmrep, sitemap, page or image
    url: str
    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """What happened. Times are microseconds UTC."""

    task: Task
    started: int
    ended: int
    status: int = 0  # of HTTP; 0 where there was no answer
    word: str = ""  # what is wrong; empty for nothing
    sentence: str = ""
    reached: bool = True  # whether the host was there: a connection to it stood
    retry_after: float | None = None  # seconds
    location: str = ""
    etag: str = ""
    last_modified: str = ""
    optout: str = ""
    body: bytes = field(default=b"", repr=False)  # of a robots.txt or tdmrep.json
    size: int = 0  # bytes
    pages: Mapping[str, Page] = field(default_factory=dict, repr=False)  # by key of the view
    cut: bool = False  # of a page: it is longer than PAGE_BYTES, and the rest was not read
    image: Facts | None = None
    said: Embedded = SILENT  # by the image of itself
    sha256: str = ""

    @property
    def lost(self) -> str:
        """Why there was no answer at all; "" where there was one."""
        return "" if self.status else self.word
