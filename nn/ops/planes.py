"""Planes: the places of a convolution, sorted by where they lie under the max pooling that follows.

The pixels that a pooling of p x q compares lie side by side in an image, so that NumPy would
compare runs of C numbers, and short runs cost more than their arithmetic. Sorted into p q planes,
all first pixels of the windows, all second ones and so on, whole planes are compared. The sorting
costs nothing: which row of a matrix product is which place is free to choose.

A plane is (N, H / p, W / q, C); planes stand in reading order, (p q, N, H / p, W / q, C).
"""

from typing import TypeAlias

import numpy as np
from numpy.lib.stride_tricks import as_strided

from nn.arrays import Array, Buffers, Shape
from nn.ops.window import Window

Pool: TypeAlias = tuple[int, int]  # rows and columns of a window; its stride is its size
NO_POOL = (1, 1)


def patches(x: Array, window: Window, pool: Pool = NO_POOL) -> Array:
    """What a window sees at each place: (N, H, W, C), padded -> (p, q, N, h, w, K, L, C), a view.

    h = H' / p and w = W' / q, whole numbers.
    """
    (n, height, width, c), (rows, columns), (p, q) = x.shape, window, pool
    down = (height - rows.span) // rows.stride + 1
    right = (width - columns.span) // columns.stride + 1
    image, row, pixel, number = x.strides
    below, beside = rows.stride * row, columns.stride * pixel
    shape = (p, q, n, down // p, right // q, rows.kernel, columns.kernel, c)
    seen = (rows.dilation * row, columns.dilation * pixel, number)
    return view(x, shape, (below, beside, image, p * below, q * beside, *seen))


def gathered(seen: Array, scratch: Buffers) -> Array:
    """Every patch as one row: (p, q, N, h, w, K, L, C) -> (p q N h w, K L C)."""
    size = seen.shape[-3] * seen.shape[-2] * seen.shape[-1]
    col = scratch("col", (seen.size // size, size), seen.dtype)
    np.copyto(col.reshape(seen.shape), seen)
    return col


def spread(planes: Array, pool: Pool, *, out: Array) -> None:
    """Planes as an image again: (p q, N, h, w, C) -> (N, h p, w q, C)."""
    (_, n, h, w, c), (p, q) = planes.shape, pool
    places = out.reshape(n, h, p, w, q, c, copy=False).transpose(2, 4, 0, 1, 3, 5)
    places[...] = planes.reshape(p, q, n, h, w, c)


def max_of(planes: Array, *, out: Array) -> Array:
    """Max pooling: the largest number of all planes, (p q, N, h, w, C) -> (N, h, w, C)."""
    largest: Array = np.maximum.reduce(planes, axis=0, out=out)
    return largest


def max_of_dx(planes: Array, y: Array, dy: Array, *, out: Array, scratch: Buffers) -> Array:
    """Give each gradient to the first plane that has the maximum.

    (p q, N, h, w, C), (N, h, w, C), (N, h, w, C) -> (p q, N, h, w, C)
    """
    won = np.equal(planes, y, out=scratch("won", planes.shape, bool))
    if np.count_nonzero(won) != y.size:
        _leave_the_first(won)
    return np.multiply(dy, won, out=out)


def _leave_the_first(won: Array) -> None:
    """Of planes that have the same maximum only the first wins."""
    seen = won[0].copy()
    for plane in won[1:]:
        np.greater(plane, seen, out=plane)
        seen |= plane


def view(x: Array, shape: Shape, strides: Shape) -> Array:
    """`as_strided`, which takes as long as a small product, for an array in one piece."""
    if x.flags.c_contiguous:
        return np.ndarray(shape, x.dtype, x, 0, strides)
    return as_strided(x, shape, strides)
