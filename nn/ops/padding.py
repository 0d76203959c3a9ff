"""Padding: an image amid a border of one value."""

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
