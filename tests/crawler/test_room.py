"""Large bodies share a bounded part of the memory, and give it back."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from crawler.fetch import Fetcher
from crawler.network.deadline import Deadline
from crawler.network.room import PIECE, Room
from crawler.visit import Task, View
from crawler.visitor import Visitor
from tests.crawler.crawling import AGENT, picture
from tests.server import serve

RED = picture("red")
SIZES = {"/small.png": PIECE, "/large.png": 2 * PIECE, "/huge.png": 3 * PIECE}  # bytes


@pytest.fixture
def fetcher() -> Iterator[Fetcher]:
    fetcher = Fetcher(AGENT, deadline=0.5, allow_private=["127.0.0.1"])
    yield fetcher
    fetcher.close()


def test_a_piece_is_free_again_when_its_body_is_let_go() -> None:
    room = Room(1)
    with Deadline(0.01):
        with ExitStack() as held:
            room.claim(held)
            with pytest.raises(TimeoutError):
                room.claim(held)
        room.claim(held)


def test_an_image_that_finds_no_room_until_its_deadline_fails_and_leaves_it(
    tmp_path: Path, fetcher: Fetcher
) -> None:
    visit = Visitor(
        get=fetcher.get,
        clock=lambda: 0,
        folder=tmp_path,
        views=[View("", 512)],
        max_bytes=10 * PIECE,
        max_pixels=10**6,
        min_side=1,
        room=Room(1),
    )
    with serve({path: RED.ljust(size, b"\0") for path, size in SIZES.items()}) as server:

        def word(path: str) -> str:
            return visit(Task(kind="image", url=server.url(path))).word

        assert [word(path) for path in SIZES] == ["", "", "timeout"]
        assert word("/large.png") == ""
