"""Sums and affine maps per channel: the arithmetic of batch normalisation.

Arrays are (N, ..., C). NumPy combines a vector (C,) with an array in runs of only C numbers; the
vector repeated beforehand for several pixels makes the runs longer, and long runs are 2 to 3 times
as fast.
"""

from functools import cache
from typing import Any

import numpy as np

from nn.arrays import Array, Buffers
from nn.ops.window import tiles

RUN = 8192  # numbers; shorter runs cost NumPy more each than their arithmetic


def channel_sums(x: Array, *, out: Array) -> Array:
    """(N, ..., C) -> (C,), as a product with a vector of ones."""
    flat = x.reshape(-1, x.shape[-1])
    ones = _ones(len(flat).bit_length(), x.dtype)[: len(flat)]
    return np.matmul(ones, flat, out=out)


def center(x: Array, mean: Array, *, out: Array, squares: Array, scratch: Buffers) -> Array:
    """out = x - mean, and the sum of its squares: (N, ..., C), (C,) -> (N, ..., C), (C,)."""
    mean = wide(mean, x)
    squares.fill(0)
    part = np.empty_like(squares)
    for rows in tiles(len(x), x[0].nbytes):
        centered = out[rows]
        np.subtract(in_runs(x[rows], mean), mean, out=in_runs(centered, mean))
        square = np.square(centered, out=scratch("square", centered.shape, x.dtype))
        squares += channel_sums(square, out=part)
    return out


def scale_shift(x: Array, scale: Array, shift: Array, *, out: Array) -> Array:
    """y = x * scale + shift: (N, ..., C), (C,), (C,) -> (N, ..., C)."""
    scale, shift = wide(scale, x), wide(shift, x)
    for rows in tiles(len(x), x[0].nbytes):
        y = np.multiply(in_runs(x[rows], scale), scale, out=in_runs(out[rows], scale))
        y += shift
    return out


def shift(x: Array, by: Array) -> Array:
    """x <- x + by, in place: (N, ..., C), (C,) -> (N, ..., C), contiguous."""
    by = wide(by, x)
    for rows in tiles(len(x), x[0].nbytes):
        part = in_runs(x[rows], by)
        part += by
    return x


def product_sums(x: Array, y: Array, *, out: Array, scratch: Buffers) -> Array:
    """Sum of x * y per channel: (N, ..., C), (N, ..., C) -> (C,)."""
    out.fill(0)
    part = np.empty_like(out)
    for rows in tiles(len(x), x[0].nbytes):
        product = scratch("product", x[rows].shape, x.dtype)
        np.multiply(x[rows], y[rows], out=product)
        out += channel_sums(product, out=part)
    return out


def combine(x: Array, a: Array, y: Array, b: Array, c: Array, *, scratch: Buffers) -> Array:
    """x <- a x + b y + c, in place: (N, ..., C), (C,), (N, ..., C), (C,), (C,) -> (N, ..., C)."""
    a, b, c = wide(a, x), wide(b, x), wide(c, x)
    for rows in tiles(len(x), x[0].nbytes):
        part = in_runs(x[rows], a)
        part *= a
        part += np.multiply(in_runs(y[rows], b), b, out=scratch("product", part.shape, x.dtype))
        part += c
    return x


def wide(vector: Array, x: Array) -> Array:
    """The vector (C,) repeated for the pixels of a run: the fewest image rows that are long enough.

    A run never ends within an image, so that any rows of a batch are cut into whole runs.
    """
    if x.ndim == 2:
        return vector
    return repeated(vector, _repeats(*x.shape[-3:]))


@cache
def _ones(bits: int, dtype: np.dtype[Any]) -> Array:
    """As many as a number of so many bits can ask for; all threads read the same."""
    ones = np.ones(1 << bits, dtype)
    ones.setflags(write=False)
    return ones


def repeated(vector: Array, times: int) -> Array:
    """(C,) -> (times * C,); `np.tile` takes several times as long."""
    run = np.empty((times, len(vector)), vector.dtype)
    run[...] = vector
    return run.reshape(-1)


@cache
def _repeats(h: int, w: int, c: int) -> int:
    fit = (rows for rows in range(1, h + 1) if h % rows == 0 and rows * w * c >= RUN)
    return next(fit, h) * w


def in_runs(x: Array, wide: Array) -> Array:
    """(N, ..., C) as rows of the length of a repeated vector, never a copy."""
    return x.reshape(-1, len(wide), copy=False)
