"""Affine maps of images: every pixel of the output looks up a place in the input.

A map is six numbers (a, b, c, d, e, f): the output's point (x, y) shows the input's point
(a x + b y + c, d x + e y + f); points are measured in pixels from the upper left corner, so that
the middle of the first pixel is (0.5, 0.5). It is Pillow's `Image.transform` with AFFINE.
"""

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
    words = _packed(images).ravel()
    (left, right, wx), (above, below, wy) = (
        _neighbours(places, stored) for places in _places(maps, out.shape[1])
    )
    first = (np.arange(n, dtype=np.int32) * (stored * stored))[:, None, None]
    above, below = above * stored + first, below * stored + first
    one = 1 << FRACTION
    both = (wx * wy + one // 2) >> FRACTION
    total = words.take(above + left) * (one - wx - wy + both).astype(np.uint64)
    total += words.take(above + right) * (wx - both).astype(np.uint64)
    total += words.take(below + left) * (wy - both).astype(np.uint64)
    total += words.take(below + right) * both.astype(np.uint64)
    total += np.uint64(ROUND)
    for channel in range(3):
        np.copyto(
            out[..., channel],
            total >> np.uint64(FRACTION + LANE * channel) & np.uint64(255),
            casting="unsafe",
        )


def _packed(images: Images) -> NDArray[np.uint64]:
    """Pixels as words, so that one operation works on all channels: (N, S, S, 3) -> (N, S, S)."""
    words = images[..., 2].astype(np.uint64)
    for channel in (1, 0):
        words <<= np.uint64(LANE)
        words |= images[..., channel]
    return words


def _places(maps: Maps, size: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The points that the middles of the output's pixels show, x and y: (N, size, size) each."""
    a, b, c, d, e, f = maps.T[:, :, None, None].astype(np.float32)
    middles = np.arange(size, dtype=np.float32) + np.float32(0.5)
    x, y = middles, middles[:, None]
    return a * x + (b * y + c), d * x + (e * y + f)


def _neighbours(
    places: NDArray[np.float32], stored: int
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]:
    """The pixels on both sides of a place along one axis, and the weight of the second."""
    places -= 0.5
    one = 1 << FRACTION
    places *= one
    fixed = np.rint(places, out=places).astype(np.int32)
    before = fixed >> FRACTION
    return _mirrored(before, stored), _mirrored(before + 1, stored), fixed & (one - 1)


def _mirrored(index: NDArray[np.int32], stored: int) -> NDArray[np.int32]:
    """An index beyond a border as that of the pixel mirrored there; the edge is not repeated."""
    last = stored - 1
    index = last - np.abs(last - np.abs(index))
    return np.maximum(index, 0, out=index)


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
