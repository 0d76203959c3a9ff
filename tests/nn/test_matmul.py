"""Products in pieces are the products, within rounding, of any shape and layout."""

import numpy as np
import pytest

from nn.arrays import Array, Buffers
from nn.ops.matmul import FEWEST, SMALL, _rows, matmul, matmul_dw
from tests.nn.reference import random

SHAPES = [(8192, 27, 32), (2048, 144, 16), (1009, 144, 16), (640, 576, 64), (7, 3, 2), (0, 3, 2)]


@pytest.mark.parametrize(("m", "k", "n"), SHAPES)
def test_a_product_in_pieces_is_the_product(m: int, k: int, n: int) -> None:
    x, w, out = random(m, k), random(k, n, seed=1), np.empty((m, n), np.float32)
    assert matmul(x, w, out=out) is out
    np.testing.assert_allclose(out, exact(x) @ w, rtol=1e-5, atol=1e-4)


@pytest.mark.parametrize(("m", "k", "n"), SHAPES)
def test_so_is_the_gradient_of_its_weights(m: int, k: int, n: int) -> None:
    x, dy, out = random(m, k), random(m, n, seed=1), np.empty((k, n), np.float32)
    assert matmul_dw(x, dy, out=out, scratch=Buffers()) is out
    np.testing.assert_allclose(out, exact(x).T @ dy, rtol=1e-5, atol=1e-3)


def test_many_products_at_once_may_lie_apart() -> None:
    x = Buffers().planes("x", (4, 4, 128, 64), np.float32)
    x[...] = random(4, 4, 128, 64)
    x = x.reshape(16, 128, 64, copy=False)
    w, out = random(16, 64, 128, seed=1), np.empty((16, 128, 128), np.float32)
    np.testing.assert_allclose(matmul(x, w, out=out), exact(x) @ w, rtol=1e-5, atol=1e-4)


@pytest.mark.parametrize(("m", "k", "n"), SHAPES)
def test_pieces_are_small_and_of_one_size_or_there_is_one(m: int, k: int, n: int) -> None:
    rows = _rows(m, k * n)
    assert rows == m or (m % rows == 0 and rows >= FEWEST and rows * k * n <= SMALL)


def test_products_of_a_convolution_are_cut() -> None:
    assert _rows(8192, 27 * 32) == 1024
    assert _rows(2048, 144 * 16) == 256
    assert _rows(128, 64 * 128) == 64
    assert _rows(640, 576 * 64) == 640  # pieces would be too short


def exact(x: Array) -> Array:
    return x.astype(np.float64)
