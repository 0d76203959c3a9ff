"""Schedules as functions of progress."""

import doctest

import pytest

from nn import schedules
from nn.schedules import constant, one_cycle


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
