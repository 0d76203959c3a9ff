"""A crawl before a referee that knows nothing of it but what the servers saw; and what he sees."""

import sys
from pathlib import Path

import pytest

from crawler.cli import verify_main
from tests.referee.judge import Asked, Life, judge
from tests.referee.lateness import lateness
from tests.referee.match import play
from tests.referee.world import DELAY, Busy, Host

HOST = Host(
    name="a",
    proof="",
    robots="",
    is_closed=False,
    crawl_delay=0.5,
    latency=0.0,
    images=[],
    more=[],
    neighbour="a",
    busy={"/busy": Busy(503, 2), "/tired": Busy(429, None)},
)
LIFE = Life(0.0, 100.0, was_killed=False)
ROBOTS = Asked("a", "/robots.txt", 1.0, 1.1, 200)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have one loopback address")
def test_a_crawl_that_is_killed_once_is_polite_to_eight_hosts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    match = play(tmp_path, count=8, seconds=2.0, kills=[2.0], seed=1)
    assert match.breaches == []
    assert match.unrecorded == {}
    assert verify_main([str(match.out)]) == 0
    proved = {host.name for host in match.hosts if host.proof in {"", "good"}}
    assert {asked.host for asked in match.log} == proved
    assert len(proved) == 7
    assert any(asked.is_busy for asked in match.log)
    assert lateness(match.out).requests > 0


def kinds(*requests: Asked, lives: tuple[Life, ...] = (LIFE,)) -> list[str]:
    return [breach.kind for breach in judge(requests, [HOST], lives)]


def test_the_referee_sees_a_request_that_came_before_its_delay() -> None:
    assert kinds(ROBOTS, Asked("a", "/", 1.7, 1.8, 200)) == []
    assert kinds(ROBOTS, Asked("a", "/", 1.5, 1.6, 200)) == ["early"]


def test_the_referee_sees_impatience() -> None:
    busy, tired = Asked("a", "/busy", 2.0, 2.1, 503), Asked("a", "/tired", 2.0, 2.1, 429)
    assert kinds(ROBOTS, busy, Asked("a", "/", 4.2, 4.3, 200)) == []
    assert kinds(ROBOTS, busy, Asked("a", "/", 4.0, 4.1, 200)) == ["early"]
    assert kinds(ROBOTS, tired, Asked("a", "/tired", 2.7, 2.8, 429)) == []
    tired_again = Asked("a", "/tired", 2.7, 2.8, 429)  # now for four times the delay
    assert kinds(ROBOTS, tired, tired_again, Asked("a", "/", 2.8 + 3 * DELAY, 4.0, 200)) == [
        "early"
    ]


def test_the_referee_sees_two_requests_at_once() -> None:
    assert kinds(ROBOTS, Asked("a", "/", 2.0, 4.0, 200), Asked("a", "/b", 3.0, 5.0, 200)) == [
        "overlapping"
    ]


def test_the_referee_sees_what_robots_txt_forbids() -> None:
    assert kinds(Asked("a", "/", 1.0, 1.1, 200)) == ["robots not first"]
    assert kinds(ROBOTS, Asked("a", "/private/0.png", 2.0, 2.1, 200)) == ["forbidden"]


def test_the_referee_allows_one_repetition_for_a_kill() -> None:
    twice = (ROBOTS, Asked("a", "/", 2.0, 2.1, 200), Asked("a", "/", 5.0, 5.1, 200))
    assert kinds(*twice) == ["asked twice"]
    lives = (Life(0.0, 2.05, was_killed=True), Life(3.0, 100.0, was_killed=False))
    assert kinds(*twice, lives=lives) == []


def test_the_referee_counts_the_delay_from_a_kill() -> None:
    lives = (Life(0.0, 2.05, was_killed=True), Life(2.1, 100.0, was_killed=False))
    held = Asked("a", "/", 2.0, 9.0, 200)  # the server did not see at once that nobody listens
    assert kinds(ROBOTS, held, Asked("a", "/b", 2.2, 2.3, 200), lives=lives) == ["early"]
    assert kinds(ROBOTS, held, Asked("a", "/b", 2.4, 2.5, 200), lives=lives) == []
