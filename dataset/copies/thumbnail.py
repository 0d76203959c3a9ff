"""Thumbnails: a picture in 32 x 32 pixels of grey, whole and without its border.

They are all that the search for near-duplicates looks at.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PIL.Image import Resampling

SIDE = 32  # pixels
VIEWS = 2  # whole, trimmed
UNIFORM = 24  # levels that pixels of one line of a border differ by at most
FEW = 2 * SIDE  # pixels of the shorter side below which a picture is small
LEAST = 1 / 4  # of a side that must be left of a trimmed picture

Thumbnails = NDArray[np.uint8]  # (N, VIEWS, SIDE, SIDE)


def thumbnails(grey: Image.Image) -> NDArray[np.uint8]:
    """Both views of a picture in small grey: (VIEWS, SIDE, SIDE); equal without a border."""
    whole = _small(grey)
    if all(_is_busy(*extremes) for extremes in _outermost(grey)):
        return np.stack([whole, whole])
    return np.stack([whole, _small(grey.crop(trimmed(np.asarray(grey))))])


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


def _outermost(grey: Image.Image) -> Iterator[Any]:
    """The lowest and the highest level of each line at the four sides."""
    width, height = grey.size
    for box in (0, 0, width, 1), (0, height - 1, width, height):
        yield grey.crop(box).getextrema()
    for box in (0, 0, 1, height), (width - 1, 0, width, height):
        yield grey.crop(box).getextrema()


def _busy(low: NDArray[np.uint8], high: NDArray[np.uint8]) -> tuple[int, int]:
    """From the first to beyond the last line that is not uniform."""
    lines = np.flatnonzero(_is_busy(low, high))
    return (int(lines[0]), int(lines[-1]) + 1) if len(lines) else (0, 0)


def _is_busy(low: Any, high: Any) -> Any:
    """Whether a line with these extremes is more than one colour and its noise."""
    return high - low > UNIFORM


def _small(grey: Image.Image) -> NDArray[np.uint8]:
    return np.asarray(grey.resize((SIDE, SIDE), Resampling.BILINEAR))
