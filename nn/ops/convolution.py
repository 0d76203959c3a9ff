"""Convolution as a matrix product over gathered patches, worked through in tiles.

(In the words of neural networks: cross-correlation. The kernel is not flipped.)
Channels last makes the K horizontal taps of a patch one run of K * C numbers in memory, so a
patch is gathered in K runs. The gathered block of a tile stays in cache until it is multiplied,
and is gathered again in the backward pass: that costs less than to keep it.
"""

from collections.abc import Iterator

import numpy as np
from numpy.lib.stride_tricks import as_strided

from nn.arrays import Array, Buffers
from nn.ops.window import Window, pad, tiles


def im2col(x: Array, window: Window, *, out: Array) -> Array:
    """Gather every patch as one row: (N, H, W, C), padded -> (N * H' * W', K * K * C)."""
    n, h, w, c = x.shape
    k, s = window.kernel, window.stride
    shape = (n, (h - k) // s + 1, (w - k) // s + 1, k, k * c)
    image, row, pixel, number = x.strides
    runs = as_strided(x, shape, (image, s * row, s * pixel, row, number), writeable=False)
    np.copyto(out.reshape(shape), runs)
    return out


def col2im(col: Array, window: Window, *, out: Array) -> Array:
    """Add every row back to where `im2col` found it; the adjoint of `im2col`.

    (N * H' * W', K * K * C) -> (N, H, W, C), padded
    """
    n, h, w, c = out.shape
    k, s = window.kernel, window.stride
    down, right = (h - k) // s + 1, (w - k) // s + 1
    patches = col.reshape(n, down, right, k, k, c)
    out.fill(0)
    for i in range(k):
        for j in range(k):
            out[:, i : i + s * down : s, j : j + s * right : s] += patches[:, :, :, i, j]
    return out


def conv2d(x: Array, w: Array, window: Window, *, out: Array, scratch: Buffers) -> Array:
    """y = patches(x) @ w: (N, H, W, C), (K, K, C, D) -> (N, H', W', D)."""
    flat = w.reshape(-1, w.shape[-1])
    for rows in _tiles_of(out, w):
        col = _patches(x[rows], window, scratch)
        np.matmul(col, flat, out=out[rows].reshape(-1, w.shape[-1]))
    return out


def conv2d_dw(x: Array, dy: Array, window: Window, *, out: Array, scratch: Buffers) -> Array:
    """dw = patches(x)^T @ dy: (N, H, W, C), (N, H', W', D) -> (K, K, C, D)."""
    dw = out.reshape(-1, out.shape[-1])
    part = scratch("dw", dw.shape, dw.dtype)
    dw.fill(0)
    for rows in _tiles_of(dy, out):
        col = _patches(x[rows], window, scratch)
        dw += np.matmul(col.T, dy[rows].reshape(-1, dy.shape[-1]), out=part)
    return out


def conv2d_dx(dy: Array, w: Array, window: Window, *, out: Array, scratch: Buffers) -> Array:
    """dx: (N, H', W', D), (K, K, C, D) -> (N, H, W, C).

    For stride 1 this is the convolution of dy with the kernel turned by half a turn, which writes
    each number once; else every patch's gradient is added back to its place.
    """
    k, p = window.kernel, window.padding
    if window.stride > 1 or p >= k:
        return _scattered_dx(dy, w, window, out=out, scratch=scratch)
    turned = scratch("turned", (k, k, w.shape[3], w.shape[2]), w.dtype)
    np.copyto(turned, w[::-1, ::-1].transpose(0, 1, 3, 2))
    return conv2d(dy, turned, Window(k, padding=k - 1 - p), out=out, scratch=scratch)


def _scattered_dx(dy: Array, w: Array, window: Window, *, out: Array, scratch: Buffers) -> Array:
    (_, h, width, c), p = out.shape, window.padding
    flat = w.reshape(-1, w.shape[-1])
    for rows in _tiles_of(dy, w):
        tile = dy[rows].reshape(-1, dy.shape[-1])
        col = scratch("col", (len(tile), len(flat)), dy.dtype)
        np.matmul(tile, flat.T, out=col)
        shape = (rows.stop - rows.start, h + 2 * p, width + 2 * p, c)
        padded = col2im(col, window, out=scratch("pad", shape, dy.dtype))
        out[rows] = padded[:, p : p + h, p : p + width]
    return out


def _patches(x: Array, window: Window, scratch: Buffers) -> Array:
    """The rows of `im2col` of one tile, not yet padded; a view where nothing must be gathered."""
    (n, h, w, c), k, p = x.shape, window.kernel, window.padding
    if (k, window.stride, p) == (1, 1, 0):
        return x.reshape(-1, c)
    if p:
        x = pad(x, p, out=scratch("pad", (n, h + 2 * p, w + 2 * p, c), x.dtype))
    shape = (n * window.output(h) * window.output(w), k * k * c)
    return im2col(x, window, out=scratch("col", shape, x.dtype))


def _tiles_of(y: Array, w: Array) -> Iterator[slice]:
    """The tiles of a convolution with output y (N, H', W', D) and kernel w (K, K, C, D)."""
    n, h, width, _ = y.shape
    return tiles(n, h * width * w[..., 0].size * y.itemsize)
