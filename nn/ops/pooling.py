"""Max pooling: the largest number under a window; its gradient goes to the first such number.

"First" is in reading order, as in PyTorch. Padding never wins: it counts as minus infinity.
"""

from collections.abc import Iterator

import numpy as np

from nn.arrays import Array, Buffers
from nn.ops.padding import bordered, inside
from nn.ops.window import Window, tiles

HALVING = Window.of(2, 2)


def max_pool2d(x: Array, window: Window, *, out: Array, scratch: Buffers) -> Array:
    """(N, H, W, C) -> (N, H', W', C)."""
    for rows in tiles(len(x), x[0].nbytes):
        if window == HALVING:
            _max_of_four(x[rows], out=out[rows], scratch=scratch)
        else:
            _max_of_many(x[rows], window, out=out[rows], scratch=scratch)
    return out


def max_pool2d_dx(
    x: Array, y: Array, dy: Array, window: Window, *, out: Array, scratch: Buffers
) -> Array:
    """dx from the input x (N, H, W, C), the output y and dy (N, H', W', C)."""
    for rows in tiles(len(x), x[0].nbytes):
        if window == HALVING:
            _max_of_four_dx(x[rows], dy[rows], out=out[rows], scratch=scratch)
        else:
            _max_of_many_dx(x[rows], y[rows], dy[rows], window, out=out[rows], scratch=scratch)
    return out


def global_max_pool2d(x: Array, *, out: Array) -> Array:
    """(N, H, W, C) -> (N, C)."""
    return np.max(x, axis=(1, 2), out=out)


def global_max_pool2d_dx(x: Array, dy: Array, *, out: Array) -> Array:
    """dx from the input x (N, H, W, C) and dy (N, C)."""
    n, h, w, c = x.shape
    first = x.reshape(n, h * w, c).argmax(axis=1)[:, None]
    out.fill(0)
    np.put_along_axis(out.reshape(n, h * w, c, copy=False), first, dy[:, None], axis=1)
    return out


def taps(x: Array, y: Array, window: Window) -> Iterator[Array]:
    """What each pixel of the window sees, in reading order: views of x in the shape of y."""
    (_, h, w, _), (rows, columns) = y.shape, window
    for i in range(rows.kernel):
        for j in range(columns.kernel):
            top, left = i * rows.dilation, j * columns.dilation
            down, right = top + rows.stride * h, left + columns.stride * w
            yield x[:, top : down : rows.stride, left : right : columns.stride]


def _max_of_many(x: Array, window: Window, *, out: Array, scratch: Buffers) -> None:
    """Any window: the larger of what was found and of one more pixel of it, again and again."""
    x = bordered(x, window, scratch, value=-np.inf)
    out.fill(-np.inf)
    for view in taps(x, out, window):
        np.maximum(out, view, out=out)


def _max_of_many_dx(
    x: Array, y: Array, dy: Array, window: Window, *, out: Array, scratch: Buffers
) -> None:
    """Give each gradient to the first pixel that is the maximum, and nothing to those after it."""
    x = bordered(x, window, scratch, value=-np.inf)
    dx = scratch("dx", x.shape, x.dtype)
    dx.fill(0)
    left = scratch("left", dy.shape, dy.dtype)  # the gradient that found no maximum yet
    won = scratch("won", dy.shape, dy.dtype)
    np.copyto(left, dy)
    for view, dview in zip(taps(x, y, window), taps(dx, y, window), strict=True):
        np.multiply(left, view == y, out=won)
        dview += won
        left -= won
    out[...] = inside(dx, window, *out.shape[1:3])


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
