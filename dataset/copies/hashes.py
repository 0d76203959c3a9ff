"""Perceptual hashes of thumbnails: pHash and dHash, 64 bits each, in all eight orientations.

An orientation is a number from 0 to 7: 4 transposes, then 2 turns upside down, then 1 mirrors.
Sums are of whole numbers that float64 holds exactly, so that every machine gives the same bits.
"""

from itertools import product
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from dataset.copies.thumbnail import SIDE

Hashes = NDArray[np.uint64]
Floats = NDArray[np.float64]
Kind = TypeVar("Kind", bound=np.generic)

# What a crop to seven eighths may leave of a side, and the whole: (first, beyond the last) pixel.
SPANS = ((0, SIDE), (0, SIDE * 7 // 8), (SIDE // 16, SIDE * 15 // 16), (SIDE // 8, SIDE))
WINDOWS = ((0, 0), *product((1, 2, 3), repeat=2))  # rows, columns: the whole, and nine crops


def orient(images: NDArray[Kind], orientation: int) -> NDArray[Kind]:
    """Images (..., S, S) in an orientation, as a view."""
    turned = images.swapaxes(-1, -2) if orientation & 4 else images
    turned = turned[..., ::-1, :] if orientation & 2 else turned
    return turned[..., ::-1] if orientation & 1 else turned


def frequencies(thumbs: NDArray[np.uint8]) -> Floats:
    """The 8 x 8 lowest frequencies (DCT-II) of each window: (N, S, S) -> (N, windows, 8, 8)."""
    spectrum = COSINES @ thumbs.astype(np.float64) @ COSINES.T
    blocks = spectrum.reshape(-1, len(SPANS), 8, len(SPANS), 8)
    return np.stack([blocks[:, rows, :, columns] for rows, columns in WINDOWS], axis=1)


def phash(blocks: Floats) -> Hashes:
    """A bit for each frequency, 1 where it is positive; of the mean none: (..., 8, 8) -> (...)."""
    bits = blocks > 0
    bits[..., 0, 0] = False
    return _packed(bits)


def phashes(blocks: Floats) -> Hashes:
    """`phash` of the picture in each orientation: (..., 8, 8) -> (8, ...).

    To turn a picture is to transpose its block, to mirror it to change every second sign.
    """
    signs = np.where(np.arange(8) % 2, -1.0, 1.0)
    return np.stack(
        [
            phash(
                (blocks.swapaxes(-1, -2) if turn else blocks)
                * (signs[:, None] if upside else 1.0)
                * (signs if mirrored else 1.0)
            )
            for turn, upside, mirrored in product((False, True), repeat=3)
        ]
    )


def dhashes(thumbs: NDArray[np.uint8]) -> Hashes:
    """dHash of each picture in each orientation: (N, S, S) -> (8, N).

    Means over 8 x 9 boxes; a bit for each pair of neighbours, 1 where the right one is brighter.
    """
    boxes = EIGHTHS @ thumbs.astype(np.float64) @ NINTHS.T, NINTHS @ thumbs @ EIGHTHS.T
    upright = np.diff(boxes[0], axis=-1)
    lying = np.diff(boxes[1], axis=-2)
    return np.stack([_packed(_gradient(upright, lying, number) > 0) for number in range(8)])


def _gradient(upright: Floats, lying: Floats, orientation: int) -> Floats:
    """Differences to the right in a picture that is turned: mirrored, they change their sign."""
    turned = orient(lying if orientation & 4 else upright, orientation)
    return -turned if orientation & 1 else turned


def _packed(bits: NDArray[np.bool_]) -> Hashes:
    rows = np.packbits(bits.reshape(*bits.shape[:-2], 64), axis=-1)
    return rows.view(">u8")[..., 0].astype(np.uint64)


def _cosines(first: int, beyond: int) -> Floats:
    """The 8 lowest rows of the DCT-II over a span of a side, in units of 2**-14: (8, SIDE)."""
    frequency, point = np.ogrid[:8, 1 : 2 * (beyond - first) : 2]
    rows = np.zeros((8, SIDE))
    rows[:, first:beyond] = np.rint(
        2**14 * np.cos(np.pi / (2 * (beyond - first)) * frequency * point)
    )
    return rows


def _boxes(count: int) -> Floats:
    """Weights that sum a side up in boxes of equal width, in units of 1 / count: (count, SIDE)."""
    edges = np.arange(count + 1)[:, None] * SIDE
    covered = np.clip(edges - np.arange(SIDE) * count, 0, count)
    return np.asarray(np.diff(covered, axis=0), np.float64)


COSINES = np.concatenate([_cosines(*span) for span in SPANS])  # (len(SPANS) * 8, SIDE)
EIGHTHS, NINTHS = _boxes(8), _boxes(9)
