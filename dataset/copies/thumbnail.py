"""Thumbnails: a picture in 32 x 32 pixels of grey, whole and without its border.

They are all that the search for near-duplicates looks at.
"""

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PIL.Image import Resampling

SIDE = 32  # pixels
VIEWS = 2  # whole, trimmed
ENOUGH = 128  # pixels of the shorter side from which a border is told well
UNIFORM = 24  # levels that pixels of one line of a border differ by at most
FEW = 2 * SIDE  # pixels of the shorter side below which a picture is small
LEAST = 1 / 4  # of a side that must be left of a trimmed picture

Thumbnails = NDArray[np.uint8]  # (N, VIEWS, SIDE, SIDE)


def thumbnails(image: Image.Image) -> NDArray[np.uint8]:
    """Both views of an RGB image: (VIEWS, SIDE, SIDE). Without a border they are equal."""
    factor = min(image.size) // ENOUGH
    grey = (image.reduce(factor) if factor > 1 else image).convert("L")
    whole = _small(grey)
    box = trimmed(np.asarray(grey))
    if box == (0, 0, *grey.size):
        return np.stack([whole, whole])
    return np.stack([whole, _small(grey.crop(box))])


def bordered(thumbs: Thumbnails) -> NDArray[np.bool_]:
    """Which pictures have a border, so that their views differ: (N, VIEWS, S, S) -> (N,)."""
    return np.asarray((thumbs[:, 0] != thumbs[:, 1]).any(axis=(1, 2)))


def trimmed(grey: NDArray[np.uint8]) -> tuple[int, int, int, int]:
    """The box of what is left of a picture (H, W) without uniform lines at its four sides.

    Left, top, right, bottom, the last two beyond it; all of it where too little would be left.
    """
    height, width = grey.shape
    top, bottom = _busy(grey.min(axis=1), grey.max(axis=1))
    left, right = _busy(grey.min(axis=0), grey.max(axis=0))
    if bottom - top < LEAST * height or right - left < LEAST * width:
        return 0, 0, width, height
    return left, top, right, bottom


def _busy(low: NDArray[np.uint8], high: NDArray[np.uint8]) -> tuple[int, int]:
    """From the first to beyond the last line that is not uniform."""
    lines = np.flatnonzero(high - low > UNIFORM)
    return (int(lines[0]), int(lines[-1]) + 1) if len(lines) else (0, 0)


def _small(grey: Image.Image) -> NDArray[np.uint8]:
    return np.asarray(grey.resize((SIDE, SIDE), Resampling.BILINEAR))
