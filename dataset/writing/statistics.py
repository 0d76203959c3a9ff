"""Mean and standard deviation of each channel, from exact sums of whole numbers."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dataset.store import Images

BLOCK = 256  # images that are summed at once


@dataclass(slots=True)
class Sums:
    """Sums over the pixels of a split, added up block by block: no order can change them."""

    pixels: int = 0  # of one channel
    sums: tuple[int, ...] = (0, 0, 0)  # a channel each
    squares: tuple[int, ...] = (0, 0, 0)

    def add(self, images: Images) -> None:
        """Count in a block of images (N, H, W, 3)."""
        for start in range(0, len(images), BLOCK):
            rows = images[start : start + BLOCK].reshape(-1, images[0].size).astype(np.uint32)
            self.pixels += rows.size // 3
            self.sums = _plus(self.sums, rows)
            self.squares = _plus(self.squares, rows * rows)

    def __add__(self, other: "Sums") -> "Sums":
        sums, squares = (
            tuple(a + b for a, b in zip(*pair, strict=True))
            for pair in ((self.sums, other.sums), (self.squares, other.squares))
        )
        return Sums(self.pixels + other.pixels, sums, squares)

    def summary(self) -> dict[str, Any]:
        """Mean and std of pixel / 255, a channel, with the sums they come from.

        std is that of all pixels together, not the mean over images.
        """
        n = self.pixels or 1
        pairs = zip(self.sums, self.squares, strict=True)
        return {
            "mean": [s / (255 * n) for s in self.sums],
            "std": [math.sqrt(n * q - s * s) / (255 * n) for s, q in pairs],
            "pixels": self.pixels,
            "sums": list(self.sums),
            "squares": list(self.squares),
        }


def _plus(totals: tuple[int, ...], rows: NDArray[np.uint32]) -> tuple[int, ...]:
    """Add each channel of rows (N, H * W * 3) to its total."""
    columns = rows.sum(axis=0, dtype=np.uint64).reshape(-1, 3).sum(axis=0)
    return tuple(total + int(column) for total, column in zip(totals, columns, strict=True))
