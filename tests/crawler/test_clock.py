"""Time that never runs backwards."""

from crawler.clock import Clock, microseconds, written


def test_time_goes_on_by_the_monotonic_clock_alone() -> None:
    wall, monotonic = iter([5_000_000_000, 1]), iter([7_000, 9_000, 12_000])
    clock = Clock(wall=lambda: next(wall), monotonic=lambda: next(monotonic))
    assert clock() == 5_000_002
    assert clock() == 5_000_005


def test_a_wall_clock_set_back_between_two_runs_changes_nothing() -> None:
    assert Clock(9_000_000, wall=lambda: 1_000, monotonic=lambda: 0)() == 9_000_000


def test_a_wait_is_never_rounded_down() -> None:
    assert microseconds(0.0000011) == 2
    assert microseconds(1.5) == 1_500_000
    assert microseconds(0.0) == 0


def test_a_moment_is_written_to_the_microsecond() -> None:
    assert written(1_700_000_000_000_001) == "2023-11-14T22:13:20.000001+00:00"
    assert written(None) == ""
