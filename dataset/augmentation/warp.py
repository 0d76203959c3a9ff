"""Affine maps of images: every pixel of the output looks up a place in the input.

A map is six numbers (a, b, c, d, e, f): the output's point (x, y) shows the input's point
(a x + b y + c, d x + e y + f); points are measured in pixels from the upper left corner, so that
the middle of the first pixel is (0.5, 0.5). It is Pillow's `Image.transform` with AFFINE.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

Images = NDArray[np.uint8]
Maps = NDArray[np.float64]  # (N, 6)

BLOCK = 16  # images at a time, so that what lies between the steps stays in the cache

FRACTION = 12  # bits of a weight between neighbours: four add up to 1 << 12
LANE = 21  # bits of a channel in a word of 64, enough for 8 bits times a weight
ROUND = sum(1 << (FRACTION - 1 + LANE * channel) for channel in range(3))


def bilinear(images: Images, maps: Maps, size: int) -> Images:
    """Each output pixel from four neighbours: (N, S, S, 3), (N, 6) -> (N, size, size, 3).

    Beyond its borders an image goes on mirrored. There is no antialiasing: a map shall not shrink
    by much more than a fifth.
    """
    out = np.empty((len(images), size, size, 3), np.uint8)
    for start in range(0, len(images), BLOCK):
        part = slice(start, start + BLOCK)
        _bilinear(images[part], maps[part], out[part])
    return out


def _bilinear(images: Images, maps: Maps, out: Images) -> None:
    n, stored = images.shape[:2]
    x, y = _places(maps, out.shape[1])
    left, above = x >> FRACTION, y >> FRACTION
    beyond = _beyond(left, above, stored)
    words, side = _mirrored(_packed(images), beyond).ravel(), stored + 2 * beyond
    corner = above * side + left
    corner += (np.arange(n, dtype=np.int32) * side**2 + beyond * (side + 1))[:, None, None]
    total = np.zeros(corner.shape, np.uint64)
    for step, weight in zip((0, 1, side, side + 1), _weights(x, y), strict=True):
        total += words[step:].take(corner) * weight.astype(np.uint64)
    total += np.uint64(ROUND)
    for channel in range(3):
        np.copyto(
            out[..., channel],
            total >> np.uint64(FRACTION + LANE * channel),  # of which the lowest 8 bits are kept
            casting="unsafe",
        )


def _packed(images: Images) -> NDArray[np.uint64]:
    """Pixels as words, so that one operation works on all channels: (N, S, S, 3) -> (N, S, S)."""
    words = images[..., 2].astype(np.uint64)
    for channel in (1, 0):
        words <<= np.uint64(LANE)
        words |= images[..., channel]
    return words


def _places(maps: Maps, size: int) -> Iterator[NDArray[np.int32]]:
    """The points that the middles of the output's pixels show, x and y: (N, size, size) each.

    Counted from the middle of the first pixel, in units of a pixel over 1 << FRACTION.
    """
    a, b, c, d, e, f = (maps * (1 << FRACTION)).T[:, :, None, None].astype(np.float32)
    middles = np.arange(size, dtype=np.float32) + np.float32(0.5)
    x, y = middles, middles[:, None]
    for places in a * x + (b * y + c), d * x + (e * y + f):
        places -= 1 << (FRACTION - 1)
        yield np.rint(places, out=places).astype(np.int32)


def _beyond(left: NDArray[np.int32], above: NDArray[np.int32], stored: int) -> int:
    """How many pixels beyond a border of the images some neighbour lies; 0 where none does."""
    lowest = min(left.min(), above.min())
    highest = max(left.max(), above.max()) + 1
    return int(max(-lowest, highest - (stored - 1), 0))


def _mirrored(words: NDArray[np.uint64], beyond: int) -> NDArray[np.uint64]:
    """Images continued by so many mirrored pixels on each side; the edge is not repeated.

    (N, S, S) -> (N, S + 2 beyond, S + 2 beyond).
    """
    last = words.shape[1] - 1
    index = last - np.abs(last - np.abs(np.arange(-beyond, last + 1 + beyond)))
    np.maximum(index, 0, out=index)
    continued: NDArray[np.uint64] = words.take(index, axis=1).take(index, axis=2)
    return continued


def _weights(x: NDArray[np.int32], y: NDArray[np.int32]) -> tuple[NDArray[np.int32], ...]:
    """Of the four neighbours (the upper left, to its right, below it, both), 1 << FRACTION in all.

    `x` and `y` are places; they are written to.
    """
    one = 1 << FRACTION
    x &= one - 1
    y &= one - 1
    both = x * y
    both += one // 2
    both >>= FRACTION
    x -= both
    y -= both
    return one - both - x - y, x, y, both


def nearest(images: Images, maps: Maps) -> Images:
    """Each output pixel is one of the input, or black beyond its borders: (N, H, H, 3) -> the same.

    In fixed point with 16 bits of fraction, as Pillow computes it, so that the two are equal.
    """
    n, side = images.shape[:2]
    a, b, c, d, e, f = maps.T
    steps = (a, b, c + (a + b) / 2, d, e, f + (d + e) / 2)
    a, b, c, d, e, f = (np.floor(s * 65536 + 0.5).astype(np.int64)[:, None, None] for s in steps)
    x, y = np.arange(side), np.arange(side)[:, None]
    column, row = a * x + (b * y + c) >> 16, d * x + (e * y + f) >> 16
    inside = (column >= 0) & (column < side) & (row >= 0) & (row < side)
    pixel = (np.arange(n)[:, None, None] * side + row) * side + column
    out = images.reshape(-1, 3).take(np.where(inside, pixel, 0), axis=0)
    out[~inside] = 0
    return out
