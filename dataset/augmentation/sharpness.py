"""Sharpness, equal to Pillow's ImageEnhance.Sharpness."""

import numpy as np
from numpy.typing import NDArray

Images = NDArray[np.uint8]

CENTRE, SUM = 5, 13  # of the smoothing kernel, whose other eight weights are 1


def sharpen(images: Images, factors: NDArray[np.float64]) -> Images:
    """smooth + factor (x - smooth) for each image: (N, H, W, 3), (N,). The rim stays as it is."""
    smooth = _smooth(images).astype(np.float32)
    factor = factors.astype(np.float32)[:, None, None, None]
    sharp = smooth + factor * (images.astype(np.float32) - smooth)
    return np.clip(sharp, 0, 255).astype(np.uint8)


def _smooth(images: Images) -> Images:
    """The mean of each pixel and its eight neighbours, its own weight 5: (N, H, W, 3)."""
    wide = images.astype(np.uint16)
    rows = wide[:, :-2] + wide[:, 1:-1] + wide[:, 2:]
    total = rows[:, :, :-2] + rows[:, :, 1:-1] + rows[:, :, 2:]
    total += (CENTRE - 1) * wide[:, 1:-1, 1:-1]
    out = images.copy()
    out[:, 1:-1, 1:-1] = (2 * total + SUM) // (2 * SUM)  # to the nearest; there are no ties
    return out
