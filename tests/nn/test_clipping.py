"""Clipping: what is short stays, what is long keeps its direction."""

import doctest

import numpy as np
import pytest

from nn.training import clipping
from nn.training.clipping import clip_norm, clip_value


def test_the_examples_in_the_docstrings_are_true() -> None:
    assert doctest.testmod(clipping).failed == 0


def test_a_gradient_at_the_bound_or_below_keeps_its_bits() -> None:
    g = np.array([0.3, -0.4])
    assert clip_norm(g, 0.5) == pytest.approx(0.5)
    clip_value(g, 0.4)
    assert g.tolist() == [0.3, -0.4]


def test_a_long_gradient_gets_the_norm_and_keeps_its_direction() -> None:
    g = np.random.default_rng(0).normal(size=1000)
    before = g.copy()
    clip_norm(g, 0.5)
    assert np.linalg.norm(g) == pytest.approx(0.5)
    np.testing.assert_allclose(g / np.linalg.norm(g), before / np.linalg.norm(before))


def test_a_gradient_of_nothing_stays_nothing() -> None:
    g = np.zeros(3)
    clip_norm(g, 0.5)
    assert not g.any()
