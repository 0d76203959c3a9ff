"""The one path from the bytes of an image file to pixels, for samples and for prediction.

The colour policy, in this order: the first frame of an animation; an inverted CMYK JPEG as Adobe
writes it, any other as the standard says; 16-bit values scaled to 8; transparent parts over white;
palettes and grey as RGB; upright as EXIF says. Then the largest centred square is cut out and
resized with antialiasing.
"""

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops
from PIL.Image import Resampling, Transpose

from crawler.files import sha256
from crawler.image import QUIET, ImageRejected, decode

__all__ = ["ImageRejected", "fit", "load_image", "pixel_digest", "upright_rgb"]

Pixels = NDArray[np.uint8]  # (H, W, 3)

ORIENTATION = 0x0112  # the EXIF tag; what undoes each of its values:
UPRIGHT = {
    2: Transpose.FLIP_LEFT_RIGHT,
    3: Transpose.ROTATE_180,
    4: Transpose.FLIP_TOP_BOTTOM,
    5: Transpose.TRANSPOSE,
    6: Transpose.ROTATE_270,
    7: Transpose.TRANSVERSE,
    8: Transpose.ROTATE_90,
}
WHITE = (255, 255, 255, 255)


def load_image(body: bytes, stored: int) -> Pixels:
    """The pixels of an image file as the network may see them: (stored, stored, 3).

    Raises crawler.image.ImageRejected for anything that is no whole image.
    """
    return fit(upright_rgb(body), stored)


def upright_rgb(body: bytes) -> Image.Image:
    """The image at full size, upright, in RGB. Raises ImageRejected."""
    image = decode(body)
    try:
        with QUIET:
            return _turned(_rgb(image), _orientation(image))
    except Exception as error:  # Pillow has no one error of its own
        sentence = f"its colours ({image.mode}) cannot be turned into RGB"
        raise ImageRejected("not-an-image", sentence) from error


def fit(image: Image.Image, stored: int) -> Pixels:
    """The largest centred square of an RGB image, resized: (stored, stored, 3).

    The square is cut out first: `resize(box=)` would let pixels beyond it shine in at its edges.
    """
    side = min(image.size)
    left, top = (image.width - side) // 2, (image.height - side) // 2
    square = image.crop((left, top, left + side, top + side))
    return np.asarray(square.resize((stored, stored), Resampling.BILINEAR))


def pixel_digest(pixels: Pixels) -> str:
    """sha256 of RGB pixels and their shape: (H, W, 3). Equal pictures are equal in it."""
    shape = f"{pixels.shape[0]}x{pixels.shape[1]} RGB\n".encode()
    return sha256(shape + pixels.tobytes())


def _rgb(image: Image.Image) -> Image.Image:
    if image.mode == "CMYK" and image.format == "JPEG" and "adobe" not in image.info:
        image = ImageChops.invert(image)  # Pillow takes every CMYK JPEG for one by Adobe
    if image.mode == "I;16":
        image = _eight_bits(image)
    if image.has_transparency_data:
        image = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", image.size, WHITE), image)
    return image if image.mode == "RGB" else image.convert("RGB")


def _eight_bits(image: Image.Image) -> Image.Image:
    """A grey image of 16 bits as one of 8, each value to the nearest: 65535 becomes 255."""
    values = np.asarray(image).astype(np.uint32)
    return Image.fromarray(((values + 128) // 257).astype(np.uint8))


def _orientation(image: Image.Image) -> int:
    try:
        return int(image.getexif().get(ORIENTATION, 1))
    except Exception:  # noqa: BLE001  # broken EXIF raises anything; the picture is still one
        return 1


def _turned(image: Image.Image, orientation: int) -> Image.Image:
    method = UPRIGHT.get(orientation)
    return image if method is None else image.transpose(method)
