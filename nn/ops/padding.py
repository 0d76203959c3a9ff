"""Padding: an image amid a border, of one value or of pixels of its own."""

import numpy as np

from nn.arrays import Array, Buffers
from nn.ops.window import Window


def pad(x: Array, top: int, left: int, *, value: float = 0.0, out: Array) -> Array:
    """Put x into `out`, so many pixels from its edges, and the value all around.

    (N, H, W, C) -> (N, H + border, W + border, C)
    """
    _, h, w, _ = x.shape
    out[:, :top] = out[:, top + h :] = value
    out[:, top : top + h, :left] = out[:, top : top + h, left + w :] = value
    out[:, top : top + h, left : left + w] = x
    return out


def cleared(padded: Array, window: Window, h: int, w: int) -> Array:
    """Zeros all around the place of an image of h x w; that place, as a view."""
    top, left = window.rows.before, window.columns.before
    padded[:, :top] = padded[:, top + h :] = 0
    padded[:, top : top + h, :left] = padded[:, top : top + h, left + w :] = 0
    return inside(padded, window, h, w)


def bordered(x: Array, window: Window, scratch: Buffers, *, value: float = 0.0) -> Array:
    """x with the border that a window needs; x itself where it needs none."""
    n, h, w, c = x.shape
    size = window.padded(h, w)
    if size == (h, w):
        return x
    out = scratch("pad", (n, *size, c), x.dtype)
    return pad(x, window.rows.before, window.columns.before, value=value, out=out)


def inside(padded: Array, window: Window, h: int, w: int) -> Array:
    """The image within its border, as a view: the adjoint of `bordered`."""
    top, left = window.rows.before, window.columns.before
    return padded[:, top : top + h, left : left + w]


def reflected(size: int, before: int, after: int) -> Array:
    """Which of `size` pixels each pixel of a padded row shows, with its edges as mirrors.

    >>> reflected(4, 2, 1).tolist()
    [2, 1, 0, 1, 2, 3, 2]
    """
    last = size - 1
    shown: Array = last - np.abs(last - np.abs(np.arange(-before, size + after)))
    return shown


def replicated(size: int, before: int, after: int) -> Array:
    """The same where the pixels at the edges go on.

    >>> replicated(4, 2, 1).tolist()
    [0, 0, 0, 1, 2, 3, 3]
    """
    return np.arange(-before, size + after).clip(0, size - 1)


def take_pixels(x: Array, rows: Array, columns: Array, *, out: Array, scratch: Buffers) -> Array:
    """The pixels of these rows and columns: (N, H, W, C), (H',), (W',) -> (N, H', W', C)."""
    n, _, w, c = x.shape
    taken = scratch("rows", (n, len(rows), w, c), x.dtype)
    np.take(x, rows, axis=1, out=taken, mode="clip")  # else NumPy buffers the output
    return np.take(taken, columns, axis=2, out=out, mode="clip")


def add_pixels(dy: Array, rows: Array, columns: Array, *, out: Array, scratch: Buffers) -> Array:
    """Add every pixel back to where `take_pixels` found it, its adjoint."""
    n, _, w, c = out.shape
    taken = scratch("rows", (n, len(rows), w, c), dy.dtype)
    taken.fill(0)
    for i, column in enumerate(columns):
        taken[:, :, column] += dy[:, :, i]
    out.fill(0)
    for i, row in enumerate(rows):
        out[:, row] += taken[:, i]
    return out
