"""A crawl of fifty hosts before the referee: no request early, none forbidden, and none late."""

import sys
from pathlib import Path

import pytest

from crawler.cli import verify_main
from tests.referee.lateness import lateness
from tests.referee.match import kill_times, play

pytestmark = [
    pytest.mark.accept,
    pytest.mark.timeout(1200),
    pytest.mark.skipif(sys.platform != "linux", reason="other systems have one loopback address"),
]

LATEST = 20.0  # milliseconds


def test_fifty_hosts_are_asked_politely_and_on_time(tmp_path: Path) -> None:
    match = play(tmp_path, count=50, seconds=50.0, kills=kill_times(5, 12.0, seed=3), seed=3)
    late = lateness(match.out)
    print(match.told(), late, sep="\n")
    assert match.breaches == []
    assert match.unrecorded == {}
    assert match.kills == 5
    assert verify_main([str(match.out)]) == 0
    assert late.requests > 1000
    assert late.p99 <= LATEST
