"""Which part of the stored image is seen, where it is resized or turned: an affine map each.

resized_crop: a window of 0.35 to 1.25 times the area that the network sees, its width 3/4 to 4/3
of its height (evenly in area and in the logarithm of the ratio), as far as the stored image has
room. The shape is that of Szegedy et al. (arXiv 1409.4842), whose smallest area, 0.08, is meant
for photos of 256 pixels. The area is counted from what the network sees, not from what is stored,
so that objects are as large on average as in validation (arXiv 1906.06423).

rotate: by an angle of -15 to 15 degrees around the middle of the window, evenly. Beyond what is
stored, the image goes on mirrored.
"""

import numpy as np

from dataset.augmentation.chance import Chance, Reals
from dataset.augmentation.crop import border, corners
from dataset.augmentation.warp import Maps

AREA = (0.35, 1.25)  # of a resized crop, against that of what the network sees
RATIO = 4 / 3  # of its sides, at most
ANGLE = 15.0  # degrees, in both directions

WARPED = ("resized_crop", "rotate")  # the operations that this file is about


def maps(chance: Chance, stored: int, size: int, operations: tuple[str, ...]) -> Maps:
    """What each pixel of each image shows of the stored image: (N, 6), as warp takes them."""
    x, y, width, height = _windows(chance, stored, size, operations)
    scale_x, scale_y = width / size, height / size
    angle = np.zeros(len(x))
    if "rotate" in operations:
        angle = np.radians(chance.uniform(-ANGLE, ANGLE, "rotate"))
    cos, sin, half = np.cos(angle), np.sin(angle), size / 2
    a, b, d, e = cos * scale_x, -sin * scale_y, sin * scale_x, cos * scale_y
    c = x + width / 2 - half * (a + b)
    f = y + height / 2 - half * (d + e)
    return np.stack([a, b, c, d, e, f], axis=1)


def _windows(
    chance: Chance, stored: int, size: int, operations: tuple[str, ...]
) -> tuple[Reals, Reals, Reals, Reals]:
    """Left, top, width and height of each window in pixels of the stored image."""
    if "resized_crop" in operations:
        return _resized(chance, stored, size)
    side = np.full(len(chance.keys), float(size))
    if "crop" in operations:
        top, left = corners(chance.bits("crop"), stored, size)
        beyond = border(stored, size)
        return (left - beyond).astype(float), (top - beyond).astype(float), side, side
    start = np.full(len(side), float((stored - size) // 2))
    return start, start, side, side


def _resized(chance: Chance, stored: int, size: int) -> tuple[Reals, Reals, Reals, Reals]:
    area = chance.uniform(*AREA, "resized_crop", 0) * size**2
    stretch = np.exp(chance.uniform(-np.log(RATIO), np.log(RATIO), "resized_crop", 1) / 2)
    width = np.minimum(np.sqrt(area) * stretch, stored)
    height = np.minimum(np.sqrt(area) / stretch, stored)
    left = chance.uniform(0, 1, "resized_crop", 2) * (stored - width)
    top = chance.uniform(0, 1, "resized_crop", 3) * (stored - height)
    return left, top, width, height
