"""Crops that move no pixel between its neighbours: a window at random, or the centre."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

Images = NDArray[np.uint8]


def random_crop(images: Images, draws: NDArray[np.uint64], size: int) -> Images:
    """The window of each image that its draw picks: (N, S, S, 3), (N,) -> (N, size, size, 3).

    Where nothing is stored beyond `size`, the image is continued by an eighth at its borders
    (4 pixels of 32, as in arXiv 1512.03385), mirrored.
    """
    top, left = corners(draws, images.shape[1], size)
    if images.shape[1] == size:
        images = reflect(images, size // 8)
    n, stored = images.shape[:2]
    # Windows over rows of bytes: one run of size * 3 bytes is copied at a time, not three.
    rows = images.reshape(n, stored, stored * 3)
    windows = sliding_window_view(rows, (size, size * 3), axis=(1, 2))
    cut: Images = windows[np.arange(n), top, 3 * left]
    return cut.reshape(n, size, size, 3)


def corners(
    draws: NDArray[np.uint64], stored: int, size: int
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Where the windows begin, from above and from the left, border and all: (N,) -> (N,), (N,)."""
    offsets = np.uint64(stored + 2 * border(stored, size) - size + 1)
    top = (draws >> np.uint64(32)) * offsets >> np.uint64(32)
    left = (draws & np.uint64(0xFFFFFFFF)) * offsets >> np.uint64(32)
    return top.astype(np.intp), left.astype(np.intp)


def border(stored: int, size: int) -> int:
    """Pixels that an image is continued by on each side, so that there is a choice of windows."""
    return size // 8 if stored == size else 0


def centre_crop(images: Images, size: int) -> Images:
    """The middle of each image, as a view: (N, S, S, 3) -> (N, size, size, 3)."""
    start = (images.shape[1] - size) // 2
    return images[:, start : start + size, start : start + size]


def reflect(images: Images, pad: int) -> Images:
    """Continue each image by mirrored pixels: (N, S, S, 3) -> (N, S + 2 pad, S + 2 pad, 3).

    The edge itself is not repeated; `pad` is below half of S.
    """
    n, s = images.shape[:2]
    out = np.empty((n, s + 2 * pad, s + 2 * pad, 3), np.uint8)
    middle = out[:, pad : pad + s]
    middle[:, :, pad : pad + s] = images
    for channel in range(3):
        middle[:, :, :pad, channel] = images[:, :, pad:0:-1, channel]
        middle[:, :, pad + s :, channel] = images[:, :, s - 2 : s - 2 - pad : -1, channel]
    out[:, :pad] = out[:, 2 * pad : pad : -1]
    out[:, pad + s :] = out[:, pad + s - 2 : s - 2 : -1]
    return out
