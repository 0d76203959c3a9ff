"""A team: every item is done once, by whoever is free, and errors and threads do not get lost."""

import gc
import sys
import threading
import time

import pytest

from nn.team import SWITCH, Team, _quick_switches


@pytest.mark.parametrize("helpers", [0, 1, 3])
@pytest.mark.parametrize("count", [0, 1, 2, 20])
def test_every_item_is_done_once_and_results_keep_their_order(helpers: int, count: int) -> None:
    done: list[int] = []

    def work(item: int) -> int:
        done.append(item)
        return item * item

    team = Team(helpers)
    for _ in range(5):
        done.clear()
        assert team.map(work, range(count)) == [i * i for i in range(count)]
        assert sorted(done) == list(range(count))


def test_the_caller_works_too() -> None:
    threads: set[int] = set()

    def work(_: int) -> None:
        threads.add(threading.get_ident())
        time.sleep(0.02)

    Team(1).map(work, range(6))
    assert threading.get_ident() in threads
    assert len(threads) == 2


def test_the_error_of_the_first_item_is_raised_once_all_are_done() -> None:
    done: list[int] = []

    def work(item: int) -> None:
        time.sleep(0.01 * item)
        done.append(item)
        if item in {1, 3}:
            raise ValueError(f"item {item}")

    team = Team(2)
    with pytest.raises(ValueError, match="item 1"):
        team.map(work, range(5))
    assert sorted(done) == list(range(5))
    assert team.map(str, range(3)) == ["0", "1", "2"]


def test_threads_change_places_quickly_while_a_team_works_and_only_then() -> None:
    before = sys.getswitchinterval()
    found = Team(1).map(lambda _: sys.getswitchinterval(), range(2))
    assert found == pytest.approx([SWITCH, SWITCH])
    assert sys.getswitchinterval() == before
    with pytest.raises(ZeroDivisionError):
        Team(1).map(lambda item: 1 // item, range(2))
    assert sys.getswitchinterval() == before


def test_two_teams_at_work_leave_python_as_they_found_it() -> None:
    before = sys.getswitchinterval()
    first, second = _quick_switches(), _quick_switches()
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    second.__exit__(None, None, None)
    assert sys.getswitchinterval() == before


def test_helpers_end_with_their_team() -> None:
    before = set(threading.enumerate())
    team = Team(2)
    team.map(str, range(4))
    helpers = set(threading.enumerate()) - before
    assert len(helpers) == 2
    del team
    gc.collect()
    for helper in helpers:
        helper.join(timeout=10)
        assert not helper.is_alive()
