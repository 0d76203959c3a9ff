"""What a worker makes of an answer, and how many of them do so at once."""

import logging
import threading
from collections.abc import Mapping
from pathlib import Path
from threading import Semaphore

import pytest

from crawler.fetch import PAGE_BYTES, Answer, Limit
from crawler.visit import Task, View, Visit, Visitor
from tests.crawler.crawling import crawl, image, page, picture, statuses
from tests.server import Body, serve

BODIES = {
    "/": b"<!doctype html><a href=/b>b</a>",
    "/cat.png": picture("red"),
    "/torn.png": picture("red")[:-4],
    "/robots.txt": b"",
}


def visitor(folder: Path, readers: Semaphore) -> Visitor:
    """Visits answers that are there at once."""

    def get(url: str, limit: Limit, headers: Mapping[str, str]) -> Answer:
        return Answer(url=url, status=200, headers={}, body=BODIES[url])

    return Visitor(
        get=get,
        clock=lambda: 0,
        folder=folder,
        views=[View("", 512)],
        max_bytes=10**6,
        max_pixels=10**6,
        min_side=1,
        readers=readers,
    )


@pytest.mark.parametrize(("kind", "url"), [("image", "/cat.png"), ("page", "/")])
def test_what_is_fetched_waits_for_a_reader_who_is_free(
    tmp_path: Path, kind: str, url: str
) -> None:
    readers = Semaphore(0)
    visit = visitor(tmp_path, readers)
    visits: list[Visit] = []
    thread = threading.Thread(target=lambda: visits.append(visit(Task(kind=kind, url=url))))
    thread.start()
    assert visit(Task(kind="robots", url="/robots.txt")).status == 200  # nothing to parse here
    thread.join(0.1)
    assert visits == []
    readers.release()
    thread.join(5.0)
    assert not visits[0].word
    assert readers.acquire(blocking=False)  # given back


def test_an_image_that_is_rejected_gives_its_reader_back(tmp_path: Path) -> None:
    readers = Semaphore(1)
    visit = visitor(tmp_path, readers)
    for _ in range(2):
        assert visit(Task(kind="image", url="/torn.png")).word == "truncated"


def test_a_page_that_is_too_long_is_read_as_far_as_it_goes_and_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    site: dict[str, Body] = {
        "/": page(image("/a.png"), " " * PAGE_BYTES, image("/b.png")),
        "/a.png": picture("red"),
        "/b.png": picture("blue"),
    }
    with serve(site) as server, caplog.at_level(logging.WARNING):
        crawl(server, tmp_path, delay=0.0)
        said = f"{server.url('/')} is longer than {PAGE_BYTES} bytes; the rest was not read"
        assert caplog.messages == [said]
    assert statuses(tmp_path) == {"/a.png": "ok"}


def test_a_page_as_long_as_is_read_is_not_cut(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    whole = page(image("/a.png")).body
    assert isinstance(whole, str)
    site: dict[str, Body] = {"/": whole.ljust(PAGE_BYTES), "/a.png": picture("red")}
    with serve(site) as server, caplog.at_level(logging.WARNING):
        crawl(server, tmp_path, delay=0.0)
    assert caplog.messages == []
