"""Activation functions: known values, and what becomes of large numbers."""

import math

import numpy as np
import pytest

from nn.arrays import Buffers
from nn.layers import ELU, GELU, Layer, LeakyReLU, ReLU, Sigmoid, Softplus, Tanh
from nn.ops.erf import normal_cdf

ALL = [ELU(2.0), GELU(), LeakyReLU(0.1), ReLU(), Sigmoid(), Softplus(), Tanh()]


def value(layer: Layer, x: float) -> float:
    return float(layer.forward(np.array([[float(x)]]), 0)[0, 0])


@pytest.mark.parametrize(
    ("layer", "x", "expected"),
    [
        (Sigmoid(), 0, 0.5),
        (Sigmoid(), 2, 1 / (1 + math.exp(-2))),
        (Sigmoid(), -100, math.exp(-100)),
        (Tanh(), 1, math.tanh(1)),
        (ReLU(), -3, 0),
        (LeakyReLU(), -3, -0.03),
        (ELU(), -1, math.expm1(-1)),
        (ELU(2.0), -1e-9, -2e-9),
        (GELU(), 1.5, 1.5 * 0.5 * math.erfc(-1.5 / math.sqrt(2))),
        (GELU(), -1e4, 0),
        (GELU(), 1e4, 1e4),
        (Softplus(), 0, math.log(2)),
        (Softplus(), -50, math.exp(-50)),
        (Softplus(), 1000, 1000),
    ],
)
def test_known_values(layer: Layer, x: float, expected: float) -> None:
    assert value(layer, x) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("layer", ALL, ids=lambda layer: type(layer).__name__)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_large_numbers_give_finite_values_and_slopes_without_a_warning(
    layer: Layer, dtype: type[np.floating]
) -> None:
    x = np.array([[-1e4, -200, -1e-30, 0, 1e-30, 200, 1e4]], dtype)
    y = layer.forward(x.copy(), 0)
    dx = layer.backward(np.ones_like(x))
    assert np.isfinite(y).all()
    assert np.isfinite(dx).all()
    assert y.dtype == dx.dtype == dtype


@pytest.mark.parametrize("layer", ALL, ids=lambda layer: type(layer).__name__)
def test_the_input_is_left_as_it_is(layer: Layer) -> None:
    x = np.random.default_rng(0).normal(size=(3, 4))
    before = x.copy()
    layer.forward(x, 0)
    layer.backward(np.ones_like(x))
    np.testing.assert_array_equal(x, before)


def test_the_normal_distribution_is_right_to_the_last_digits() -> None:
    x = np.linspace(-9, 9, 2001)
    found = normal_cdf(x, out=np.empty_like(x), scratch=Buffers())
    expected = [0.5 * math.erfc(-each / math.sqrt(2)) for each in x]
    np.testing.assert_allclose(found, expected, rtol=0, atol=2e-15)
