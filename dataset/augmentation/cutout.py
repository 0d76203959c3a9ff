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
    top, left = (chance.below(size, "cutout", number) - side // 2 for number in (0, 1))
    for image, y, x in zip(images, top.tolist(), left.tolist(), strict=True):
        image[max(y, 0) : max(y + side, 0), max(x, 0) : max(x + side, 0)] = 0
