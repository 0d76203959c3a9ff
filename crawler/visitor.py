"""Makes visits, as workers do: ask, note the end, then read what came back.

Knows nothing of the ledger: it is given a task and returns what happened. The file of an image is
in its place before the visit returns.
"""

import os
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path

from crawler.errors import FetchError
from crawler.fetch import PAGE_BYTES, TAG, Answer, Limit
from crawler.files import sha256
from crawler.image import ImageRejected, examine, sniff
from crawler.keeping import image_path, keep
from crawler.limits import too_large
from crawler.metadata.embedded import embedded
from crawler.network.room import PIECE, Room
from crawler.outcome import KEPT, NOT_A_PAGE
from crawler.permission.optout import in_headers
from crawler.politeness import retry_after
from crawler.reading.documents import parse_manifest, parse_sitemap
from crawler.reading.html import parse_page
from crawler.reading.iiif import may_be_manifest
from crawler.reading.page import Page
from crawler.reading.sitemap import may_be_sitemap
from crawler.visit import Task, View, Visit

Get = Callable[[str, Limit, Mapping[str, str]], Answer]

HTML_TYPES = frozenset({"text/html", "application/xhtml+xml"})
HTML_START = re.compile(rb"\s*<(!doctype html|html|head|body|title|script|!--)[\s>]", re.IGNORECASE)
READERS = max(2, os.cpu_count() or 1)  # bodies that are parsed or decoded at once

SITEMAP_BYTES = 16 << 20  # as sent: 50,000 pages with 100,000 images take 12 MB even unpacked

NOTHING = {  # that was looked for, by kind
    "image": ("not-an-image", "its bytes begin like no JPEG, PNG, GIF, WebP or BMP"),
    "page": (NOT_A_PAGE, "it is no HTML, and no manifest of IIIF (sitemaps has a key of its own)"),
    "sitemap": (NOT_A_PAGE, "it is no sitemap"),
}

RULES = frozenset({"robots", "tdmrep"})  # what is asked for rules, and handed on as it is

CHARSET = re.compile(r"charset\s*=\s*[\"']?([^\s\"';]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Makes visits: what it needs of the configuration, and the world as functions.

    Any number of visits may wait for the network at once; a few threads read for them all, since
    an image takes many times the memory of its file, and a thread keeps some of it for the next.
    """

    get: Get
    clock: Callable[[], int]
    folder: Path | None  # of the crawl; None where no image is kept
    views: Sequence[View]
    max_bytes: int
    max_pixels: int
    min_side: int
    names: Collection[str] = ()  # by which headers may speak to us, in lower case
    readers: Executor = field(default_factory=lambda: ThreadPoolExecutor(READERS, "reader"))
    room: Room = field(default_factory=Room)

    def __call__(self, task: Task) -> Visit:
        """Never raises FetchError: what went wrong is in the visit. Raises OSError as `keep`."""
        with ExitStack() as held:
            return self._visit(task, held)

    def _visit(self, task: Task, held: ExitStack) -> Visit:
        started = self.clock()
        try:
            answer = self.get(task.url, self._limit(task.kind, held), _validators(task))
        except FetchError as error:
            return Visit(
                task=task,
                started=started,
                ended=self.clock(),
                word=error.word,
                sentence=error.sentence,
                reached=error.reached,
            )
        visit = _noted(task, answer, started, self.clock())
        return visit if visit.word else self._read(visit, answer)

    def _limit(self, kind: str, held: ExitStack) -> Limit:
        """What is wanted of an answer; for a large one room is claimed as it grows."""

        def limit(content_type: str, head: bytes, here: int) -> int:
            most = self._most(kind, content_type, head)
            if PIECE < here <= most:
                self.room.claim(held)
            return min((here // PIECE + 1) * PIECE, most)

        return limit

    def _most(self, kind: str, content_type: str, head: bytes) -> int:
        """How many bytes are wanted of an answer that begins like this."""
        if kind == "image" and sniff(head):
            return self.max_bytes
        if kind == "sitemap":
            return SITEMAP_BYTES if may_be_sitemap(content_type, head) else 0
        is_wanted = kind != "page" or is_html(content_type, head)
        return PAGE_BYTES if is_wanted or may_be_manifest(content_type, head) else 0

    def _read(self, visit: Visit, answer: Answer) -> Visit:
        """Take out of the body what the task was about, and let go of it."""
        kind = visit.task.kind
        is_page = not sniff(answer.body) and is_html(answer.content_type, answer.body)
        if kind == "image" and (visit.location or visit.status == 304 or not is_page):
            visit = _opted_out(visit, in_headers(answer.headers, self.names))
        if visit.word or visit.location or visit.status == 304 or kind in RULES:
            return visit
        if kind == "image" and sniff(answer.body):
            return self._image(visit, answer)
        pages, cut = self._pages(kind, answer)
        visit = replace(visit, pages=pages, cut=cut and bool(pages))
        if kind != "image" and pages:
            return visit
        word, sentence = NOTHING[kind]
        return replace(visit, word=word, sentence=sentence)

    def _pages(self, kind: str, answer: Answer) -> tuple[dict[str, Page], bool]:
        """What a page, a sitemap or a manifest says, by view; and whether there was more."""
        if kind == "sitemap":
            page, cut = self.readers.submit(parse_sitemap, answer.body, answer.url).result()
            found = {view.key: page for view in self.views if page}
            return found, cut or answer.cut
        if is_html(answer.content_type, answer.body):
            return self._html(answer), answer.cut
        if kind == "page" and may_be_manifest(answer.content_type, answer.body):
            return self._manifest(answer), answer.cut
        return {}, False

    def _manifest(self, answer: Answer) -> dict[str, Page]:
        optout = in_headers(answer.headers, self.names)
        read = self.readers.submit
        pages = {
            view.key: read(parse_manifest, answer.body, answer.url, view.want).result()
            for view in self.views
        }
        return {key: replace(page, optout=optout) for key, page in pages.items() if page}

    def _html(self, answer: Answer) -> dict[str, Page]:
        charset = CHARSET.search(answer.headers.get("content-type", ""))
        encoding = charset[1] if charset else ""
        return {
            view.key: self.readers.submit(
                parse_page,
                answer.body,
                answer.url,
                encoding=encoding,
                select=view.select,
                want=view.want,
                tags=answer.headers.get(TAG, ""),
                linked=answer.headers.get("link", ""),
                names=self.names,
            ).result()
            for view in self.views
        }

    def _image(self, visit: Visit, answer: Answer) -> Visit:
        if answer.cut:
            word, sentence = too_large(self.max_bytes)
            return replace(visit, word=word, sentence=sentence)
        try:
            facts = self.readers.submit(
                examine, answer.body, max_pixels=self.max_pixels, min_side=self.min_side
            ).result()
        except ImageRejected as error:
            return replace(visit, word=error.word, sentence=error.sentence)
        said = embedded(answer.body)
        if said.optout:
            return _opted_out(visit, said.optout)
        name = sha256(answer.body)
        if self.folder is not None:
            keep(self.folder / image_path(name, facts.format), answer.body)
        return replace(visit, image=facts, said=said, sha256=name)


def _validators(task: Task) -> dict[str, str]:
    """The headers that ask for an answer only where something has changed (RFC 9110, 13.1)."""
    headers = {"If-None-Match": task.etag, "If-Modified-Since": task.last_modified}
    return {name: value for name, value in headers.items() if value}


def _noted(task: Task, answer: Answer, started: int, ended: int) -> Visit:
    """The visit as far as the headers tell it."""
    status, headers = answer.status, answer.headers
    usable = status in {200, 203} or (status == 304 and bool(_validators(task)))
    failed = not (usable or answer.location or task.kind == "robots")
    return Visit(
        task=task,
        started=started,
        ended=ended,
        status=status,
        word="http" if failed else "",
        sentence=f"the server answered {status}" if failed else "",
        retry_after=None if usable else retry_after(headers.get("retry-after", ""), ended),
        location=answer.location,
        etag=headers.get("etag", ""),
        last_modified=headers.get("last-modified", ""),
        body=answer.body if task.kind in RULES else b"",
        size=len(answer.body),
    )


def _opted_out(visit: Visit, signal: str) -> Visit:
    """The visit as a signal leaves it: where there is one, a redirect leads nowhere either."""
    if not signal:
        return visit
    sentence = KEPT.format(signal)
    return replace(visit, word="optout", sentence=sentence, optout=signal, location="")


def is_html(content_type: str, head: bytes) -> bool:
    """Whether this is a page: by its type, or by how it begins where an image name hides it."""
    return content_type in HTML_TYPES or HTML_START.match(head[:1024]) is not None
