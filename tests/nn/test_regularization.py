"""L1: its subgradient, its proximal operator, and the penalty they belong to."""

import numpy as np
import pytest

from nn.training.regularization import L1

STRENGTH = np.array([0.5, 0.5, 0.5, 0.5, 0.0])  # the last is a bias
P = np.array([2.0, -0.04, 0.0, -3.0, 0.01])


def test_the_subgradient_is_the_slope_of_the_penalty() -> None:
    l1, g = L1(STRENGTH), np.zeros(5)
    l1.add_subgradient(P, g)
    np.testing.assert_array_equal(g, [0.5, -0.5, 0, -0.5, 0])
    h = 1e-6 * np.eye(5)[[0, 1, 3, 4]]
    slopes = [(l1.penalty(P + e) - l1.penalty(P - e)) / 2e-6 for e in h]
    np.testing.assert_allclose(slopes, g[[0, 1, 3, 4]], atol=1e-8)


def test_shrinking_goes_towards_zero_and_not_beyond() -> None:
    p = P.copy()
    L1(STRENGTH).shrink(p, lr=0.1)
    np.testing.assert_allclose(p, [1.95, 0, 0, -2.95, 0.01])
    assert (p == 0).sum() == 2


@pytest.mark.parametrize("p", [-0.3, -0.02, 0.0, 0.02, 0.3])
def test_shrinking_finds_the_least_of_distance_and_penalty(p: float) -> None:
    """prox(p) = argmin over w of (w - p)^2 / 2 + lr * strength * |w|, looked for on a grid."""
    w = np.linspace(-1, 1, 200_001)
    best = w[np.argmin((w - p) ** 2 / 2 + 0.1 * 0.5 * abs(w))]
    shrunk = np.array([p])
    L1(np.array([0.5])).shrink(shrunk, lr=0.1)
    assert shrunk[0] == pytest.approx(best, abs=1e-5)
