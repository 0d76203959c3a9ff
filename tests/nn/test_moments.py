"""Moments: joined from parts, however far the numbers lie from zero."""

import numpy as np
import pytest

from nn.arrays import Buffers
from nn.ops.moments import joined, moments


@pytest.mark.parametrize("mean", [0, 1e3, -1e6])
@pytest.mark.parametrize("cuts", [[], [1], [2, 3, 9]])
def test_the_moments_of_parts_are_those_of_the_whole(mean: float, cuts: list[int]) -> None:
    x = mean + np.random.default_rng(0).normal(size=(10, 4, 5, 3))
    x[:5] += 2  # parts differ
    parts = [moments(np.ascontiguousarray(part), scratch=Buffers()) for part in np.split(x, cuts)]
    found_mean, found_var, count = joined(parts, 3)
    np.testing.assert_allclose(found_mean, x.mean(axis=(0, 1, 2)), rtol=1e-12)
    np.testing.assert_allclose(found_var, x.var(axis=(0, 1, 2)), rtol=1e-8)
    assert count == 10 * 4 * 5


def test_single_precision_keeps_a_small_variance_about_a_large_mean() -> None:
    x = np.random.default_rng(0).normal(1000, 0.1, size=(8, 16, 16, 2)).astype(np.float32)
    parts = [moments(part, scratch=Buffers()) for part in (x[:3], x[3:])]
    _, var, _ = joined(parts, 2)
    np.testing.assert_allclose(var, x.var(axis=(0, 1, 2), dtype=np.float64), rtol=1e-3)
    naive = np.square(x).mean(axis=(0, 1, 2)) - np.square(x.mean(axis=(0, 1, 2)))
    assert np.abs(naive / var - 1).max() > 1  # E(x^2) - E(x)^2 would be all noise
