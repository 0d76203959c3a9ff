"""Max pooling: the largest number under a window; its gradient goes to the first such number.

"First" is in reading order, as in PyTorch. Padding never wins: it counts as minus infinity.
"""

from collections.abc import Iterator

import numpy as np

from nn.arrays import Array, Buffers
from nn.ops.window import Window, pad, tiles


def max_pool2d(x: Array, window: Window, *, out: Array, scratch: Buffers) -> Array:
    """(N, H, W, C) -> (N, H', W', C)."""
    if window == Window(2, 2):
        for rows in tiles(len(x), x[0].nbytes):
            _max_of_four(x[rows], out=out[rows], scratch=scratch)
        return out
    x = _padded(x, window.padding, scratch)
    out.fill(-np.inf)
    for view in _taps(x, out, window):
        np.maximum(out, view, out=out)
    return out


def max_pool2d_dx(
    x: Array, y: Array, dy: Array, window: Window, *, out: Array, scratch: Buffers
) -> Array:
    """dx from the input x (N, H, W, C), the output y and dy (N, H', W', C)."""
    if window == Window(2, 2):
        for rows in tiles(len(x), x[0].nbytes):
            _max_of_four_dx(x[rows], dy[rows], out=out[rows], scratch=scratch)
        return out
    (_, h, w, _), p = out.shape, window.padding
    x = _padded(x, p, scratch)
    dx = scratch("dx", x.shape, x.dtype)
    dx.fill(0)
    left = scratch("left", dy.shape, dy.dtype)  # the gradient that found no maximum yet
    won = scratch("won", dy.shape, dy.dtype)
    np.copyto(left, dy)
    for view, dview in zip(_taps(x, y, window), _taps(dx, y, window), strict=True):
        np.multiply(left, view == y, out=won)
        dview += won
        left -= won
    out[...] = dx[:, p : p + h, p : p + w]
    return out


def _max_of_four(x: Array, *, out: Array, scratch: Buffers) -> None:
    """2 x 2, stride 2: first the larger of two neighbours, then of two rows."""
    pairs = _pairs(x, out, scratch)
    np.maximum(pairs[:, 0::2], pairs[:, 1::2], out=out)


def _max_of_four_dx(x: Array, dy: Array, *, out: Array, scratch: Buffers) -> None:
    """Split dy between two rows, then each half between two neighbours.

    A share is dy times 0 or 1 and the other is the rest of dy, so both are exact.
    """
    _, h, w, _ = dy.shape
    pairs = _pairs(x, dy, scratch)
    dpairs = scratch("dpairs", pairs.shape, dy.dtype)
    upper = np.greater_equal(pairs[:, 0::2], pairs[:, 1::2], out=scratch("upper", dy.shape, bool))
    np.multiply(dy, upper, out=dpairs[:, 0::2])
    np.subtract(dy, dpairs[:, 0::2], out=dpairs[:, 1::2])
    x, dx = x[:, : 2 * h, : 2 * w], out[:, : 2 * h, : 2 * w]
    mask = scratch("first", pairs.shape, bool)
    first = np.greater_equal(x[:, :, 0::2], x[:, :, 1::2], out=mask)
    np.multiply(dpairs, first, out=dx[:, :, 0::2])
    np.subtract(dpairs, dx[:, :, 0::2], out=dx[:, :, 1::2])
    out[:, 2 * h :] = 0  # an odd last row or column lies under no window
    out[:, :, 2 * w :] = 0


def _pairs(x: Array, y: Array, scratch: Buffers) -> Array:
    """The larger of each two horizontal neighbours: (N, H, W, C) -> (N, 2H', W', C)."""
    n, h, w, c = y.shape
    x = x[:, : 2 * h, : 2 * w]
    out = scratch("pairs", (n, 2 * h, w, c), x.dtype)
    return np.maximum(x[:, :, 0::2], x[:, :, 1::2], out=out)


def _padded(x: Array, p: int, scratch: Buffers) -> Array:
    n, h, w, c = x.shape
    return pad(x, p, value=-np.inf, out=scratch("pad", (n, h + 2 * p, w + 2 * p, c), x.dtype))


def _taps(x: Array, y: Array, window: Window) -> Iterator[Array]:
    """What each of the K * K places of the window sees: views of x in the shape of y."""
    (_, h, w, _), s = y.shape, window.stride
    for i in range(window.kernel):
        for j in range(window.kernel):
            yield x[:, i : i + s * h : s, j : j + s * w : s]
