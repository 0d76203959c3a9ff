"""The file formats of the demo's photos: mostly JPEG, and one each of the odd ones on the web."""

import io
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from PIL import Image

ORIENTATION = 0x0112  # EXIF tag: how a viewer must turn the image
LIES_ON_ITS_SIDE = 6  # its value for "turn me clockwise by a quarter"


class Format(NamedTuple):
    """How a photo is written, and how its file and its type are called."""

    encode: Callable[[Image.Image, int], bytes]
    extension: str
    content_type: str


def _file(image: Image.Image, name: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, name, **options)
    return buffer.getvalue()


def jpeg(image: Image.Image, index: int) -> bytes:
    """A JPEG whose quality depends on the index: 60, 75 or 90."""
    return _file(image, "JPEG", quality=60 + 15 * (index % 3))


def png(image: Image.Image, index: int) -> bytes:
    return _file(image, "PNG")


def webp(image: Image.Image, index: int) -> bytes:
    return _file(image, "WEBP", quality=80)


def grey(image: Image.Image, index: int) -> bytes:
    """A JPEG without colours."""
    return _file(image.convert("L"), "JPEG")


def palette(image: Image.Image, index: int) -> bytes:
    """A PNG of 64 colours."""
    return _file(image.quantize(64), "PNG")


def cmyk(image: Image.Image, index: int) -> bytes:
    """A JPEG in the colours of print."""
    return _file(image.convert("CMYK"), "JPEG")


def sideways(image: Image.Image, index: int) -> bytes:
    """A JPEG as telephones write it: lying on its side, with a tag that says so."""
    exif = Image.Exif()
    exif[ORIENTATION] = LIES_ON_ITS_SIDE
    return _file(image.transpose(Image.Transpose.ROTATE_90), "JPEG", exif=exif)


ODD: Mapping[int, Format] = MappingProxyType(
    {
        5: Format(grey, "jpg", "image/jpeg"),
        6: Format(palette, "png", "image/png"),
        7: Format(cmyk, "jpg", "image/jpeg"),
        8: Format(sideways, "jpg", "image/jpeg"),
    }
)
PNG, WEBP = Format(png, "png", "image/png"), Format(webp, "webp", "image/webp")
JPEG = Format(jpeg, "jpg", "image/jpeg")


def format_of(index: int) -> Format:
    """The format of the photo number `index` of a class: one in ten PNG, one in ten WebP."""
    if index in ODD:
        return ODD[index]
    return {0: PNG, 1: WEBP}.get(index % 10, JPEG)
