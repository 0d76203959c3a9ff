"""A wall clock that is set, and a computer that sleeps, change nothing but how long it takes."""

import time
from functools import partial
from pathlib import Path

import pytest

from crawler.cli import verify_main
from crawler.clock import SECOND, Clock, monotonic
from crawler.politeness import Host, Schedule
from tests.crawler.crawling import RESERVATIONS, crawl, image, page, picture, statuses
from tests.server import Answer, Body, Server, serve

DAY = 86_400 * SECOND
PATIENCE = 1.0  # seconds
DELAY = 10 * SECOND
SITE: dict[str, Body] = {"/": page(image("/a.png")), "/a.png": picture("red")}


class Computer:
    """A wall clock and one that counts the time awake, or all time, in microseconds."""

    def __init__(self, *, counts_sleep: bool) -> None:
        self.wall = 1_700_000_000 * SECOND
        self.ticks = 0
        self.counts_sleep = counts_sleep

    def clock(self, not_before: int = 0) -> Clock:
        return Clock(not_before, lambda: self.wall * 1000, lambda: self.ticks * 1000)

    def work(self, length: int) -> None:
        self.wall += length
        self.ticks += length

    def sleep(self, length: int) -> None:
        self.wall += length
        self.ticks += length * self.counts_sleep


def schedule(clock: Clock) -> Schedule:
    """One host that was asked just now, with work to do."""
    planned = Schedule(DELAY / SECOND, partial(Host, ended=clock()))
    planned.add(["a:80"])
    return planned


def test_where_sleep_is_counted_a_wait_passes_in_it() -> None:
    computer = Computer(counts_sleep=True)
    clock = computer.clock()
    planned = schedule(clock)
    computer.sleep(DELAY - 1)
    assert planned.take(clock()) is None
    computer.sleep(1)
    assert planned.take(clock()) == "a:80"


def test_where_sleep_is_not_counted_a_wait_is_merely_longer() -> None:
    computer = Computer(counts_sleep=False)
    clock = computer.clock()
    planned = schedule(clock)
    computer.work(DELAY // 2)
    computer.sleep(8 * 3600 * SECOND)
    assert planned.take(clock()) is None
    computer.work(DELAY // 2)
    assert planned.take(clock()) == "a:80"


def test_the_wall_clock_is_not_looked_at_while_a_crawl_runs() -> None:
    computer = Computer(counts_sleep=True)
    clock = computer.clock()
    before = clock()
    for jump in -DAY, 365 * DAY:
        computer.wall += jump
        computer.work(5)
    assert clock() == before + 10


@pytest.mark.parametrize("jump", [-DAY, -1, 0, 1, 365 * DAY])
def test_time_never_runs_backwards_from_one_run_to_the_next(jump: int) -> None:
    computer = Computer(counts_sleep=True)
    latest = computer.clock()()
    computer.wall += jump
    assert computer.clock(latest)() == latest + max(jump, 0)


def test_the_monotonic_clock_goes_as_fast_as_the_system_s() -> None:
    begun = monotonic(), time.monotonic_ns()
    time.sleep(0.05)
    ours, theirs = monotonic() - begun[0], time.monotonic_ns() - begun[1]
    assert 0 <= theirs - ours + 5_000_000 <= 10_000_000  # nanoseconds


def at(monkeypatch: pytest.MonkeyPatch, jump: int) -> None:
    """From now on the wall clock is wrong by so many microseconds."""
    wrong = partial(Clock, wall=lambda: time.time_ns() + jump * 1000)
    monkeypatch.setattr("crawler.stage.Clock", wrong)


def busy_once(server: Server) -> None:
    """The image asks for patience when it is asked for the first time."""

    def answer(method: str, host: str, path: str, headers: object) -> Body:
        if path == "/a.png" and server.paths().count(path) == 1:
            return Answer("", 503, {"Retry-After": f"{PATIENCE:g}"})
        return SITE.get(path)

    server.site = answer


def test_a_clock_set_back_between_two_runs_makes_no_request_early(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serve({}) as server:
        busy_once(server)
        crawl(server, tmp_path, delay=0.0, max_wait=PATIENCE / 2)
        at(monkeypatch, -DAY)
        crawl(server, tmp_path, delay=0.0)
        first, second = (each for each in server.log if each.path == "/a.png")
        assert PATIENCE <= second.start - first.end < PATIENCE + 2  # and not a day late, either
        assert server.paths().count("/robots.txt") == 1
    assert statuses(tmp_path) == {"/a.png": "ok"}
    assert verify_main([str(tmp_path)]) == 0


def test_a_clock_set_forward_by_a_year_and_back_only_renews_robots_txt(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serve({}) as server:
        busy_once(server)
        crawl(server, tmp_path, delay=0.0, max_wait=PATIENCE / 2)
        at(monkeypatch, 365 * DAY)
        crawl(server, tmp_path, delay=0.0)
        first, again = ["/robots.txt", "/", RESERVATIONS, "/a.png"], ["/robots.txt", "/a.png"]
        assert server.paths() == first + again
        assert statuses(tmp_path) == {"/a.png": "ok"}
        at(monkeypatch, 0)
        crawl(server, tmp_path, delay=0.0, refresh=True)
        assert server.paths()[6:] == ["/", RESERVATIONS, "/a.png"]
    assert statuses(tmp_path) == {"/a.png": "ok"}
    assert verify_main([str(tmp_path)]) == 0
