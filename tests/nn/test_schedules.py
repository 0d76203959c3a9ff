"""Schedules as functions of progress."""

import doctest
from typing import get_args

import pytest

from nn import config
from nn.training import schedules
from nn.training.schedules import SCHEDULES, Schedule, constant, cosine, one_cycle, step, warmed_up


def test_the_examples_in_the_docstrings_are_true() -> None:
    assert doctest.testmod(schedules).failed == 0


def test_one_cycle_rises_then_falls() -> None:
    rates = [one_cycle(i / 100) for i in range(101)]
    peak = rates.index(max(rates))
    assert peak == 30
    assert rates[: peak + 1] == sorted(rates[: peak + 1])
    assert rates[peak:] == sorted(rates[peak:], reverse=True)


def test_one_cycle_starts_and_ends_where_pytorch_does() -> None:
    assert one_cycle(0) == pytest.approx(1 / 25)
    assert one_cycle(0.3) == 1
    assert one_cycle(1) == pytest.approx(1 / 25 / 1e4)


def test_constant_stays() -> None:
    assert {constant(i / 10) for i in range(11)} == {1.0}


def test_the_configuration_knows_every_schedule() -> None:
    assert set(get_args(config.Schedule)) == SCHEDULES.keys()


def test_cosine_falls_from_the_peak_to_nothing() -> None:
    rates = [cosine(i / 100) for i in range(101)]
    assert rates == sorted(rates, reverse=True)
    assert rates[0] == 1
    assert rates[-1] == pytest.approx(0)


def test_step_drops_where_it_is_told_by_what_it_is_told() -> None:
    rates = [step(i / 10, drops=(0.3,), factor=0.5) for i in range(11)]
    assert rates == [1.0] * 3 + [0.5] * 8


@pytest.mark.parametrize("schedule", SCHEDULES.values(), ids=SCHEDULES)
def test_a_warm_up_leads_in_a_line_to_any_schedule_and_leaves_it_the_rest(
    schedule: Schedule,
) -> None:
    warmed = warmed_up(schedule, 0.2, start=0.1)
    assert warmed(0) == pytest.approx(0.1 * schedule(0))
    assert warmed(0.1) == pytest.approx(0.55 * schedule(0))
    assert warmed(0.2 - 1e-9) == pytest.approx(schedule(0))
    for progress in (0, 0.25, 0.5, 0.75, 1):
        assert warmed(0.2 + 0.8 * progress) == pytest.approx(schedule(progress))


@pytest.mark.parametrize("schedule", SCHEDULES.values(), ids=SCHEDULES)
def test_no_warm_up_changes_no_bit(schedule: Schedule) -> None:
    places = [i / 97 for i in range(98)]
    assert [*map(warmed_up(schedule, 0.0), places)] == [*map(schedule, places)]
