"""Colours, folded: all that is done to the colours of an image is one 3 x 3 matrix and an offset.

In this order, each factor evenly distributed:

    brightness   x -> f x                        f from 0.6 to 1.4
    contrast     x -> m + f (x - m)              f from 0.6 to 1.4; m: the mean grey of the image
    saturation   x -> g + f (x - g)              f from 0.6 to 1.4; g: the grey of the pixel
    hue          turns x around the grey axis    by -18 to 18 degrees, a twentieth of a turn
    grey         x -> g                          one image in ten

0.4 in both directions is what torchvision's recipes and MoCo v2 (arXiv 2003.04297) take; their
tenth of a turn of the hue is halved, because colour often is what tells classes apart; one in ten
is torchvision's RandomGrayscale. Grey is ITU-R BT.601 in Pillow's whole numbers. Values are clipped
and cut to whole numbers once, at the end: each operation alone agrees with Pillow's ImageEnhance
(brightness and grey exactly, contrast and saturation within 1). A turn in HSV, which keeps the
largest channel, is no matrix; this one keeps the mean of the three, and but for the rounding of
levels the hue that comes out differs by at most 2.3 degrees.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dataset.augmentation.chance import Chance, Reals

Images = NDArray[np.uint8]

STRENGTH = 0.4  # of brightness, contrast and saturation, in both directions
TURN = 0.05  # of the hue, in both directions, in turns
GREYED = 0.1  # share of the images without colours

BLOCK = 32  # images at a time, so that their planes stay in the cache

GREY = np.array([19595, 38470, 7471]) / 65536  # of red, green and blue
AXIS = np.array([[0, -1, 1], [1, 0, -1], [-1, 1, 0]]) / 3**0.5  # (1, 1, 1) / sqrt(3) x, a product


@dataclass(frozen=True, slots=True)
class Recolouring:
    """x -> matrix x + offset for the pixels x of each image; operations are added one by one."""

    matrix: Reals  # (N, 3, 3)
    offset: Reals  # (N, 3)
    mean: Reals  # (N, 3): of each channel as it was, on which contrast depends

    @classmethod
    def none(cls, images: Images) -> "Recolouring":
        """The one that changes nothing: (N, H, W, 3)."""
        n = len(images)
        return cls(np.tile(np.eye(3), (n, 1, 1)), np.zeros((n, 3)), _channel_means(images))

    def then(self, matrix: Reals, offset: Reals) -> "Recolouring":
        """This one, and after it another: matrices that broadcast to (N, 3, 3), (N, 3)."""
        moved = _times(matrix, self.offset) + offset
        return Recolouring(matrix @ self.matrix, moved, self.mean)

    def brightness(self, factor: Reals) -> "Recolouring":
        return self.then(_scaled(factor), np.zeros(3))

    def contrast(self, factor: Reals) -> "Recolouring":
        grey = (_times(self.matrix, self.mean) + self.offset) @ GREY
        return self.then(_scaled(factor), ((1 - factor) * grey)[:, None])

    def saturation(self, factor: Reals) -> "Recolouring":
        grey = (1 - factor)[:, None, None] * np.tile(GREY, (3, 1))
        return self.then(_scaled(factor) + grey, np.zeros(3))

    def hue(self, turns: Reals) -> "Recolouring":
        angle = 2 * np.pi * turns  # the rotation formula of Rodrigues:
        around = np.sin(angle)[:, None, None] * AXIS + ((1 - np.cos(angle)) / 3)[:, None, None]
        return self.then(_scaled(np.cos(angle)) + around, np.zeros(3))

    def grey(self, chosen: NDArray[np.bool_]) -> "Recolouring":
        """Only the chosen images, each pixel to the nearest grey."""
        matrix = np.where(chosen[:, None, None], np.tile(GREY, (3, 1)), np.eye(3))
        return self.then(matrix, np.where(chosen, 0.5, 0.0)[:, None])

    def apply(self, images: Images) -> None:
        """Recolour the images in place: (N, H, W, 3)."""
        matrix, offset = self.matrix.astype(np.float32), self.offset.astype(np.float32)
        for start in range(0, len(images), BLOCK):
            part = slice(start, start + BLOCK)
            _recolour(images[part], matrix[part], offset[part])


def jittered(images: Images, chance: Chance, operations: tuple[str, ...]) -> Recolouring:
    """The recolouring that chance picks for each image, of the operations named."""
    low, high = 1 - STRENGTH, 1 + STRENGTH
    change = Recolouring.none(images)
    if "brightness" in operations:
        change = change.brightness(chance.uniform(low, high, "brightness"))
    if "contrast" in operations:
        change = change.contrast(chance.uniform(low, high, "contrast"))
    if "saturation" in operations:
        change = change.saturation(chance.uniform(low, high, "saturation"))
    if "hue" in operations:
        change = change.hue(chance.uniform(-TURN, TURN, "hue"))
    if "grey" in operations:
        change = change.grey(chance.uniform(0, 1, "grey") < GREYED)
    return change


def _scaled(factor: Reals) -> Reals:
    """The matrix of a multiplication by each factor: (N,) -> (N, 3, 3)."""
    scaled: Reals = factor[:, None, None] * np.eye(3)
    return scaled


def _times(matrix: Reals, vectors: Reals) -> Reals:
    """Each matrix times its vector: (N, 3, 3), (N, 3) -> (N, 3)."""
    product: Reals = (matrix @ vectors[..., None])[..., 0]
    return product


def _channel_means(images: Images) -> Reals:
    """The mean of each channel of each image: (N, H, W, 3) -> (N, 3)."""
    n, h, w = images.shape[:3]
    columns = images.reshape(n, h, w * 3).sum(axis=1, dtype=np.uint32)  # whole rows are quick
    means: Reals = columns.reshape(n, w, 3).sum(axis=1) / (h * w)
    return means


def _recolour(images: Images, matrix: NDArray[np.float32], offset: NDArray[np.float32]) -> None:
    """Plane by plane: a sum over a last axis of 3 would be slow."""
    n, h, w = images.shape[:3]
    planes = np.empty((3, n, h * w), np.float32)
    pixels = images.reshape(n, h * w, 3)
    for channel in range(3):
        planes[channel] = pixels[..., channel]
    mixed, part = np.empty_like(planes[0]), np.empty_like(planes[0])
    for channel in range(3):
        np.multiply(planes[0], matrix[:, channel, 0, None], out=mixed)
        for other in (1, 2):
            np.multiply(planes[other], matrix[:, channel, other, None], out=part)
            mixed += part
        mixed += offset[:, channel, None]
        np.clip(mixed, 0, 255, out=mixed)
        np.copyto(pixels[..., channel], mixed, casting="unsafe")
