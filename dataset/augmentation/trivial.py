"""TrivialAugment (arXiv 2103.10158): one operation an image, any of 14, at a random strength.

The wide table of that paper, its strengths in 31 steps from nothing to:

    identity, autocontrast, equalize
    brightness, colour, contrast, sharpness     factor 1 +- 0.99
    rotate                                      135 degrees in both directions
    shear_x, shear_y                            0.99 in both directions
    translate_x, translate_y                    32 pixels in both directions, at any size
    posterize                                   from 8 bits down to 2
    solarize                                    from threshold 256 down to 0

Pixels that come from outside are black and positions are rounded to the nearest, as there.
Each operation agrees with Pillow's: exactly, but for contrast and colour, which are within 1.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from dataset.augmentation.chance import Chance
from dataset.augmentation.colour import Recolouring
from dataset.augmentation.levels import autocontrast, equalize, posterize, solarize
from dataset.augmentation.sharpness import sharpen
from dataset.augmentation.warp import nearest

Images = NDArray[np.uint8]
Reals = NDArray[np.float64]

STEPS = 31
FACTOR, SHEAR, SHIFT, ANGLE = 0.99, 0.99, 32.0, 135.0


def trivial_augment(images: Images, chance: Chance) -> None:
    """Apply to each image the operation that chance picks, in place: (N, H, W, 3)."""
    picked = chance.below(len(TABLE), "trivial_augment")
    strength = chance.below(STEPS, "trivial_augment", 1) / (STEPS - 1)
    signed = np.where(chance.coin("trivial_augment", 2), -strength, strength)
    for number, operation in enumerate(TABLE.values()):
        rows = np.flatnonzero(picked == number)
        if len(rows):
            images[rows] = operation(images[rows], signed[rows])


def _identity(images: Images, signed: Reals) -> Images:
    return images


def _autocontrast(images: Images, signed: Reals) -> Images:
    return autocontrast(images)


def _equalize(images: Images, signed: Reals) -> Images:
    return equalize(images)


def _brightness(images: Images, signed: Reals) -> Images:
    Recolouring.none(images).brightness(1 + FACTOR * signed).apply(images)
    return images


def _colour(images: Images, signed: Reals) -> Images:
    Recolouring.none(images).saturation(1 + FACTOR * signed).apply(images)
    return images


def _contrast(images: Images, signed: Reals) -> Images:
    Recolouring.none(images).contrast(1 + FACTOR * signed).apply(images)
    return images


def _sharpness(images: Images, signed: Reals) -> Images:
    return sharpen(images, 1 + FACTOR * signed)


def _posterize(images: Images, signed: Reals) -> Images:
    return posterize(images, 8 - np.rint(6 * np.abs(signed)).astype(np.intp))


def _solarize(images: Images, signed: Reals) -> Images:
    return solarize(images, 256 * (1 - np.abs(signed)))


def _rotate(images: Images, signed: Reals) -> Images:
    angle, half = np.radians(ANGLE * signed), images.shape[1] / 2
    cos, sin = np.cos(angle).round(15), np.sin(angle).round(15)
    return _moved(images, cos, -sin, half * (1 - cos + sin), sin, cos, half * (1 - cos - sin))


def _shear_x(images: Images, signed: Reals) -> Images:
    return _moved(images, 1, SHEAR * signed, 0, 0, 1, 0)


def _shear_y(images: Images, signed: Reals) -> Images:
    return _moved(images, 1, 0, 0, SHEAR * signed, 1, 0)


def _translate_x(images: Images, signed: Reals) -> Images:
    return _moved(images, 1, 0, SHIFT * signed, 0, 1, 0)


def _translate_y(images: Images, signed: Reals) -> Images:
    return _moved(images, 1, 0, 0, 0, 1, SHIFT * signed)


def _moved(images: Images, *numbers: Reals | float) -> Images:
    """The images under affine maps, of which some numbers are the same for all."""
    columns = np.broadcast_arrays(np.empty(len(images)), *numbers)[1:]
    return nearest(images, np.stack(columns, axis=1).astype(float))


# In fixed order: the place of an operation is what chance picks.
TABLE: dict[str, Callable[[Images, Reals], Images]] = {
    "identity": _identity,
    "autocontrast": _autocontrast,
    "equalize": _equalize,
    "brightness": _brightness,
    "colour": _colour,
    "contrast": _contrast,
    "sharpness": _sharpness,
    "posterize": _posterize,
    "solarize": _solarize,
    "rotate": _rotate,
    "shear_x": _shear_x,
    "shear_y": _shear_y,
    "translate_x": _translate_x,
    "translate_y": _translate_y,
}
