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
    first = np.stack([chance.below(size, "cutout", number) for number in (0, 1)]) - side // 2
    (tops, lefts), (bottoms, rights) = np.maximum(first, 0).tolist(), (first + side).tolist()
    for image, top, bottom, left, right in zip(images, tops, bottoms, lefts, rights, strict=True):
        image[top:bottom, left:right] = 0
