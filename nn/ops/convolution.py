"""Convolution as a matrix product over gathered patches, worked through in tiles.

(In the words of neural networks: cross-correlation. The kernel is not flipped.)
Channels last makes the horizontal taps of a patch one run of numbers in memory, unless they are
dilated, so a patch is gathered in few runs. The gathered block of a tile stays in cache until it
is multiplied, and is gathered again in the backward pass: that costs less than to keep it.

A kernel is (K, L, C / G, D): K rows, L columns, and G groups, which follow from the channels of x.
A group of D / G outputs sees a group of C / G channels; its convolution is one like any other.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from nn.arrays import Array, Buffers
from nn.ops.matmul import matmul, matmul_dw
from nn.ops.padding import bordered, inside
from nn.ops.planes import patches
from nn.ops.window import Window, tiles

POINT = Window.of(1)


def im2col(x: Array, window: Window, *, out: Array) -> Array:
    """Gather every patch as one row: (N, H, W, C), padded -> (N * H' * W', K * L * C)."""
    places = patches(x, window)[0, 0]
    np.copyto(out.reshape(places.shape, copy=False), places)
    return out


def col2im(col: Array, window: Window, *, out: Array) -> Array:
    """Add every row back to where `im2col` found it; the adjoint of `im2col`.

    (N * H' * W', K * L * C) -> (N, H, W, C), padded
    """
    places = patches(out, window)[0, 0]
    gradients = col.reshape(places.shape)
    out.fill(0)
    for i in range(window.rows.kernel):
        for j in range(window.columns.kernel):  # of one tap no two places overlap
            places[:, :, :, i, j] += gradients[:, :, :, i, j]
    return out


def conv2d(x: Array, w: Array, window: Window, *, out: Array, scratch: Buffers) -> Array:
    """y = patches(x) @ w: (N, H, W, C), (K, L, C / G, D) -> (N, H', W', D)."""
    for channels, units in _groups(x, w):
        _conv2d(x[..., channels], w[..., units], window, out[..., units], scratch)
    return out


def conv2d_dw(x: Array, dy: Array, window: Window, *, out: Array, scratch: Buffers) -> Array:
    """dw = patches(x)^T @ dy: (N, H, W, C), (N, H', W', D) -> (K, L, C / G, D)."""
    for channels, units in _groups(x, out):
        dw = _matrix(out[..., units])
        part = scratch("dw", dw.shape, dw.dtype)
        dw.fill(0)
        for rows in _tiles_of(dy[..., units], out[..., units]):
            tile = _matrix(dy[rows, ..., units])
            col = _gathered(x[rows, ..., channels], window, tile, dw, scratch)
            dw += matmul_dw(col, tile, out=part, scratch=scratch)
    return out


def conv2d_dx(dy: Array, w: Array, window: Window, *, out: Array, scratch: Buffers) -> Array:
    """dx: (N, H', W', D), (K, L, C / G, D) -> (N, H, W, C).

    For stride 1 this is the convolution of dy with the kernel turned by half a turn, which writes
    each number once; else every patch's gradient is added back to its place.
    """
    back = window.back()
    for channels, units in _groups(out, w):
        part, kernel, dx = dy[..., units], w[..., units], out[..., channels]
        if back:
            _conv2d(part, half_turned(kernel), back, dx, scratch)
        else:
            _scattered_dx(part, kernel, window, dx, scratch)
    return out


def half_turned(w: Array) -> Array:
    """The kernel that leads back from outputs to inputs: (K, L, C, D) -> (K, L, D, C)."""
    return np.ascontiguousarray(w[::-1, ::-1].transpose(0, 1, 3, 2))


def _conv2d(x: Array, w: Array, window: Window, out: Array, scratch: Buffers) -> None:
    flat = _matrix(w)
    for rows in _tiles_of(out, w):
        y = _matrix(out[rows])
        matmul(_gathered(x[rows], window, y, flat, scratch), flat, out=y)


def _scattered_dx(dy: Array, w: Array, window: Window, out: Array, scratch: Buffers) -> None:
    (_, h, width, c), flat = out.shape, _matrix(w)
    size = window.padded(h, width)
    for rows in _tiles_of(dy, w):
        tile = _matrix(dy[rows])
        col = scratch("col", (len(tile), len(flat)), dy.dtype)
        matmul(tile, flat.T, out=col)
        shape = (rows.stop - rows.start, *size, c)
        padded = col2im(col, window, out=scratch("pad", shape, dy.dtype))
        out[rows] = inside(padded, window, h, width)


def _gathered(x: Array, window: Window, y: Array, w: Array, scratch: Buffers) -> Array:
    """A row for every row of y (M, D), by which w (K * L * C, D) makes it from x (N, H, W, C)."""
    if window == POINT:
        return _matrix(x)
    col = scratch("col", (len(y), len(w)), x.dtype)
    return im2col(bordered(x, window, scratch), window, out=col)


def _groups(x: Array, w: Array) -> Iterator[tuple[slice, slice]]:
    """Which channels of x each group of a kernel sees, and which outputs are its own."""
    c, d = w.shape[2:]
    count = x.shape[-1] // c
    for i in range(count):
        yield slice(i * c, (i + 1) * c), slice(i * d // count, (i + 1) * d // count)


def _matrix(x: Array) -> Array:
    """(..., D) as a matrix (M, D), never a copy: what is written to it arrives in x."""
    return x.reshape(-1, x.shape[-1], copy=False)


def _tiles_of(y: Array, w: Array) -> Sequence[slice]:
    """The tiles of a convolution with output y (N, H', W', D) and kernel w (K, L, C, D)."""
    n, h, width, _ = y.shape
    return tiles(n, h * width * w[..., 0].size * y.itemsize)
