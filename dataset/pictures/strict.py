"""The strict decoder of JPEGs, which tells of silent damage: bytes in the middle that are wrong.

Pillow decodes them without a word. The optional package simplejpeg tells of everything that
libjpeg warns of. What it makes of a whole file is what Pillow makes of it, to the bit and sooner.
"""

import re
from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PIL.ImageFile import ImageFile

from crawler.image import ImageRejected, load

Decode = Callable[..., NDArray[np.uint8]]  # raises ValueError with the warning of libjpeg

COLOURS = {"RGB": "RGB", "L": "GRAY"}  # by the mode that Pillow reads in a header

# Warnings of libjpeg that pixels are lost, but not those of bytes between the headers.
LOST = re.compile(
    r"Corrupt JPEG data: (?!bad ICC marker|.* before marker 0x(?:e.|db))"
    r"|Premature end of JPEG file"
)


def strict_decoder() -> Decode | None:
    """The decoder that tells of damage, where it is installed."""
    try:
        import simplejpeg  # the extra [strict]
    except ImportError:
        return None
    return partial(simplejpeg.decode_jpeg, strict=True)


def load_strictly(
    image: ImageFile, body: bytes, decode: Decode, *, smaller: bool = False
) -> Image.Image:
    """All pixels of a JPEG that was opened from these bytes, as large as `image` says.

    `smaller` than the file where it is drafted so. What `decode` does not know, such as rare
    subsamplings, is no damage, and Pillow decodes it. Raises ImageRejected with the word damaged,
    and as crawler.image.load does.
    """
    width, height = image.size if smaller else (0, 0)
    try:
        colours = COLOURS[image.mode]
        pixels = decode(body, colorspace=colours, min_width=width, min_height=height)
    except (KeyError, ValueError) as error:
        load(image, body)  # what is truncated, or no image at all, Pillow tells
        if LOST.match(str(error)):
            sentence = "this jpeg has lost pixels in its middle"
            raise ImageRejected("damaged", sentence) from error
        return image
    decoded = Image.fromarray(pixels if pixels.shape[2] == 3 else pixels[:, :, 0])
    decoded.info = image.info
    return decoded
