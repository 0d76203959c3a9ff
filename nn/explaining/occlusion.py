"""Occlusion: how much the score of a class falls when a part of the image is covered.

Zeiler and Fergus 2014, arXiv 1311.2901, section 4.2. Slower than Grad-CAM, and for any network.
"""

from collections.abc import Iterator

import numpy as np

from nn.arrays import Array
from nn.model import Sequential


class Occlusion:
    """Explains by covering a square of a quarter of the side, which moves by half its own side."""

    def __init__(self, model: Sequential) -> None:
        self._model = model

    def __call__(self, x: Array, index: int) -> Array:
        """The heat of one normalised image (S, S, C) for the class of this index: (S, S), >= 0.

        The square has the mean colour. The heat of a pixel is the mean fall of the score over the
        squares that cover it.
        """
        side = len(x)
        places = list(_places(side, max(1, side // 4)))
        covered = np.repeat(x[None], len(places) + 1, axis=0)
        for image, (rows, columns) in zip(covered[1:], places, strict=True):
            image[rows, columns] = 0
        whole, *scores = self._model.logits(covered)[:, index].astype(np.float64)
        falls, counts = np.zeros((side, side)), np.zeros((side, side))
        for (rows, columns), score in zip(places, scores, strict=True):
            falls[rows, columns] += whole - score
            counts[rows, columns] += 1
        heat: Array = np.maximum(falls / counts, 0)
        return heat


def _places(side: int, square: int) -> Iterator[tuple[slice, slice]]:
    """Where the square stands, row by row; the last of a row ends at the edge."""
    last = side - square
    starts = sorted({*range(0, last, max(1, square // 2)), last})
    for top in starts:
        for left in starts:
            yield slice(top, top + square), slice(left, left + square)
