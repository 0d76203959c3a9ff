"""What small pictures look like, as vectors in which pictures of one kind lie close together.

Edges (after Dalal and Triggs, Histograms of Oriented Gradients, CVPR 2005), colours, and the
picture itself, very small: each part is centred and weighs the same.

Shape letters: N batch, S stored size.
"""

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from dataset.store import Images

Features = NDArray[np.float32]  # (N, FEATURES)
Planes = NDArray[np.float32]  # (N, H, W) or (N, H, W, 3)

SIDE = 32  # pixels, at which edges are looked for
CELLS = 4  # a side, and in each a histogram
DIRECTIONS = 8
LEVELS = 4  # of each channel, for the histogram of colours
TINY = 8  # pixels a side of the picture itself
PARTS = (CELLS * CELLS * DIRECTIONS, LEVELS**3, TINY * TINY * 3)
FEATURES = sum(PARTS)

GREY = np.array([0.299, 0.587, 0.114], np.float32)  # ITU-R BT.601


def look(blocks: Iterable[Images]) -> Features:
    """The features of all images of the blocks, in order: (N, S, S, 3) each -> (N, FEATURES)."""
    features = np.concatenate([_features(block) for block in blocks])
    start = 0
    for width in PARTS:
        part = features[:, start : start + width]
        part -= part.mean(axis=0)
        part /= np.sqrt((part * part).sum(axis=1).mean()) + 1e-9
        start += width
    return features


def blocks(images: Images, size: int = 256) -> Iterator[Images]:
    """The images a few at a time: (N, S, S, 3) -> (<= size, S, S, 3)."""
    for start in range(0, len(images), size):
        yield images[start : start + size]


def _features(images: Images) -> Features:
    small = shrink(images, SIDE)
    return np.hstack(
        [edges(small @ GREY), colours(small), shrink(images, TINY).reshape(-1, TINY * TINY * 3)]
    )


def shrink(images: Images, side: int) -> Planes:
    """Means over boxes of whole pixels: (N, S, S, 3) -> (N, side, side, 3).

    An image smaller than `side` is repeated first.
    """
    factor = -(-side // images.shape[1])
    if factor > 1:
        images = images.repeat(factor, axis=1).repeat(factor, axis=2)
    starts = np.arange(side) * images.shape[1] // side
    sums = np.add.reduceat(images, starts, axis=1, dtype=np.float32)
    sums = np.add.reduceat(sums, starts, axis=2)
    lengths = np.diff(np.append(starts, images.shape[1])).astype(np.float32)
    means: Planes = sums / (lengths[:, None, None] * lengths[:, None])
    return means


def edges(grey: Planes) -> Features:
    """How strong edges of each direction are in each cell: (N, SIDE, SIDE) -> (N, PARTS[0])."""
    down, right = np.zeros_like(grey), np.zeros_like(grey)
    down[:, 1:-1] = grey[:, 2:] - grey[:, :-2]
    right[:, :, 1:-1] = grey[:, :, 2:] - grey[:, :, :-2]
    strength = np.hypot(down, right)
    turn = np.arctan2(down, right) % np.pi * (DIRECTIONS / np.pi)
    direction = np.minimum(turn.astype(np.intp), DIRECTIONS - 1)
    cells = (len(grey), CELLS, SIDE // CELLS, CELLS, SIDE // CELLS)
    sums = [
        (strength * (direction == each)).reshape(cells).sum(axis=(2, 4))
        for each in range(DIRECTIONS)
    ]
    return _root_of_shares(np.stack(sums, axis=-1).reshape(len(grey), -1))


def colours(small: Planes) -> Features:
    """The share of each of LEVELS ** 3 colours: (N, H, W, 3) -> (N, PARTS[1])."""
    levels = (small * (LEVELS / 256)).astype(np.intp)
    colour = (levels[..., 0] * LEVELS + levels[..., 1]) * LEVELS + levels[..., 2]
    bins = colour.reshape(len(small), -1) + np.arange(len(small))[:, None] * LEVELS**3
    counts = np.bincount(bins.ravel(), minlength=len(small) * LEVELS**3)
    return _root_of_shares(counts.reshape(len(small), -1).astype(np.float32))


def _root_of_shares(histograms: Features) -> Features:
    """Roots of shares, so that equal distances mean equally much (Hellinger): (N, D) -> (N, D)."""
    roots: Features = np.sqrt(histograms / (histograms.sum(axis=1, keepdims=True) + 1e-6))
    return roots
