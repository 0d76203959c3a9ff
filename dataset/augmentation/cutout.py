"""Cutout: a square of each image is covered by the mean colour (arXiv 1708.04552).

Its side is a quarter of the image's, as that paper has it for CIFAR-100 (8 of 32 pixels); its
middle may be any pixel, so that a part of it may lie outside.
"""

import numpy as np
from numpy.typing import NDArray

from dataset.augmentation.chance import Chance

SIDE = 4  # the part of the image's side that the square has is one over this


def cut_out(images: NDArray[np.float32], chance: Chance) -> None:
    """Write 0, which is the mean after normalising, in place: (N, H, W, 3)."""
    size = images.shape[1]
    side = size // SIDE
    rows, columns = (_span(chance.below(size, "cutout", number), side, size) for number in (0, 1))
    for image, (top, bottom), (left, right) in zip(images, rows, columns, strict=True):
        image[top:bottom, left:right] = 0


def _span(middle: NDArray[np.intp], side: int, size: int) -> list[list[int]]:
    """From where up to where each square reaches along one side of its image: (N,) -> (N, 2)."""
    first = middle - side // 2
    ends: list[list[int]] = np.clip(np.stack([first, first + side], axis=1), 0, size).tolist()
    return ends
