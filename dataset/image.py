"""The one path from the bytes of an image file to pixels, for samples and for prediction.

dataset.pictures.colour says how colours are read, dataset.pictures.crop how a picture becomes a
square.
"""

import numpy as np
from numpy.typing import NDArray

from crawler.files import sha256
from crawler.image import ImageRejected
from dataset.config import BACKGROUND, CROPS, check_crop
from dataset.pictures.colour import read_picture
from dataset.pictures.crop import square, wanted

__all__ = ["ImageRejected", "check_crop", "load_image", "pixel_digest"]

Pixels = NDArray[np.uint8]  # (H, W, 3)


def load_image(
    body: bytes, stored: int, *, crop: str = CROPS[0], background: str = BACKGROUND
) -> Pixels:
    """The pixels of an image file as the network may see them: (stored, stored, 3).

    Raises crawler.image.ImageRejected for anything that is no whole image.
    """
    picture = read_picture(body, background, least=wanted(stored))
    return square(picture.image, stored, crop, background)


def pixel_digest(pixels: Pixels) -> str:
    """sha256 of RGB pixels and their shape: (H, W, 3). Equal pictures are equal in it."""
    shape = f"{pixels.shape[0]}x{pixels.shape[1]} RGB\n".encode()
    return sha256(shape + pixels.tobytes())
