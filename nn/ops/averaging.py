"""Average pooling: the mean of the numbers under a window; each has an equal share of the gradient.

What a window hangs over at the end is never counted; the padding is where `padding` says so, as
PyTorch's count_include_pad.
"""

import numpy as np

from nn.arrays import Array, Buffers
from nn.ops.padding import bordered, inside
from nn.ops.pooling import taps
from nn.ops.window import Window


def avg_pool2d(x: Array, window: Window, *, padding: bool, out: Array, scratch: Buffers) -> Array:
    """(N, H, W, C) -> (N, H', W', C)."""
    counts = pixels_seen(window, *x.shape[1:3], padding=padding).astype(x.dtype)
    out.fill(0)
    for view in taps(bordered(x, window, scratch), out, window):
        out += view
    out /= counts
    return out


def avg_pool2d_dx(
    dy: Array, window: Window, *, padding: bool, out: Array, scratch: Buffers
) -> Array:
    """dx from dy (N, H', W', C)."""
    n, h, w, c = out.shape
    counts = pixels_seen(window, h, w, padding=padding).astype(dy.dtype)
    share = np.divide(dy, counts, out=scratch("share", dy.shape, dy.dtype))
    dx = scratch("dx", (n, *window.padded(h, w), c), dy.dtype)
    dx.fill(0)
    for view in taps(dx, dy, window):
        view += share
    out[...] = inside(dx, window, h, w)
    return out


def pixels_seen(window: Window, h: int, w: int, *, padding: bool) -> Array:
    """How many pixels the window sees at each place of an image: (H', W', 1)."""
    rows, columns = window
    down, right = rows.counts(h, padding=padding), columns.counts(w, padding=padding)
    return down[:, None, None] * right[:, None]
