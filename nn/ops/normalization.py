"""Sums and affine maps per channel: the arithmetic of batch normalisation.

Arrays are (N, ..., C). NumPy repeats a vector (C,) along the rows of an array in runs of only C
numbers; repeated W times beforehand it goes in runs of W * C, which is much faster.
"""

import numpy as np

from nn.arrays import Array, Buffers
from nn.ops.window import tiles


def channel_sums(x: Array, *, out: Array, scratch: Buffers) -> Array:
    """(N, ..., C) -> (C,), as a product with a vector of ones."""
    flat = x.reshape(-1, x.shape[-1])
    ones = scratch("ones", (len(flat),), x.dtype)
    ones.fill(1)
    return np.matmul(ones, flat, out=out)


def center(x: Array, mean: Array, *, out: Array, squares: Array, scratch: Buffers) -> Array:
    """out = x - mean, and the sum of its squares: (N, ..., C), (C,) -> (N, ..., C), (C,)."""
    wide = _wide(mean, x)
    squares.fill(0)
    part = np.empty_like(squares)
    for rows in tiles(len(x), x[0].nbytes):
        centered = out[rows]
        np.subtract(_rows(x[rows]), wide, out=_rows(centered))
        square = np.square(centered, out=scratch("square", centered.shape, x.dtype))
        squares += channel_sums(square, out=part, scratch=scratch)
    return out


def scale_shift(x: Array, scale: Array, shift: Array, *, out: Array) -> Array:
    """y = x * scale + shift: (N, ..., C), (C,), (C,) -> (N, ..., C)."""
    scale, shift = _wide(scale, x), _wide(shift, x)
    for rows in tiles(len(x), x[0].nbytes):
        y = np.multiply(_rows(x[rows]), scale, out=_rows(out[rows]))
        y += shift
    return out


def product_sums(x: Array, y: Array, *, out: Array, scratch: Buffers) -> Array:
    """Sum of x * y per channel: (N, ..., C), (N, ..., C) -> (C,)."""
    out.fill(0)
    part = np.empty_like(out)
    for rows in tiles(len(x), x[0].nbytes):
        product = scratch("square", x[rows].shape, x.dtype)
        np.multiply(x[rows], y[rows], out=product)
        out += channel_sums(product, out=part, scratch=scratch)
    return out


def combine(x: Array, a: Array, y: Array, b: Array, c: Array, *, out: Array) -> Array:
    """out = a x + b y + c; x (N, ..., C) is overwritten: it serves as the working space."""
    a, b, c = _wide(a, x), _wide(b, x), _wide(c, x)
    for rows in tiles(len(x), x[0].nbytes):
        ax, by = _rows(x[rows]), _rows(out[rows])
        ax *= a
        np.multiply(_rows(y[rows]), b, out=by)
        by += ax
        by += c
    return out


def _wide(vector: Array, x: Array) -> Array:
    """The vector (C,) repeated for the pixels of one image row."""
    return np.tile(vector, x.shape[-2]) if x.ndim > 2 else vector


def _rows(x: Array) -> Array:
    """(N, H, W, C) -> (N * H, W * C); a matrix stays what it is."""
    return x.reshape(-1, x.shape[-2] * x.shape[-1]) if x.ndim > 2 else x
