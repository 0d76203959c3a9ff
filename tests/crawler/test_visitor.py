"""What a worker makes of an answer, and how many of them do so at once."""

import logging
import threading
from collections.abc import Mapping
from concurrent.futures import Executor, ThreadPoolExecutor
from pathlib import Path

import pytest

from crawler.fetch import PAGE_BYTES, Answer, Limit
from crawler.visit import Task, View
from crawler.visitor import Visitor
from tests.crawler.crawling import crawl, image, page, picture, statuses
from tests.server import Body, serve

BODIES = {
    "/": b"<!doctype html><a href=/b>b</a>",
    "/cat.png": picture("red"),
    "/torn.png": picture("red")[:-4],
    "/robots.txt": b"",
}


def visitor(folder: Path, readers: Executor) -> Visitor:
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
    free = threading.Event()
    with ThreadPoolExecutor(1) as readers, ThreadPoolExecutor(1) as worker:
        visit = visitor(tmp_path, readers)
        readers.submit(free.wait, 10.0)
        waiting = worker.submit(visit, Task(kind=kind, url=url))
        assert visit(Task(kind="robots", url="/robots.txt")).status == 200  # nothing to read here
        with pytest.raises(TimeoutError):
            waiting.result(0.1)
        free.set()
        assert not waiting.result(5.0).word


def test_what_is_wrong_with_an_image_is_told_by_its_reader(tmp_path: Path) -> None:
    with ThreadPoolExecutor(1) as readers:
        visit = visitor(tmp_path, readers)(Task(kind="image", url="/torn.png"))
    assert visit.word == "truncated"


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
        said = f"{server.url('/')} holds more than is read of one; the rest was left out"
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
