"""The colour policy: from the bytes of any image file to an upright picture in sRGB.

In this order; what was done is told in words, those of the column `applied` of samples.csv:

    first-frame     of an animation the first frame counts
    16-bit          16 bits a channel were scaled to 8: grey to the nearest, colours by Pillow
    inverted        a CMYK JPEG without Adobe's marker means its values as the standard says
    cmyk            four inks were turned into RGB, by their profile or, without one, plainly
    palette, grey   became RGB
    icc             the embedded profile was applied (one of sRGB itself changes nothing: no word)
    icc-ignored     it is broken, or a profile for images of another kind
    alpha           transparent parts lie over the background
    orientation-N   the picture was turned upright, as EXIF says

Only JPEG, PNG, GIF, WebP and BMP are read (crawler.image.decode): LAB, which TIFF alone has, never
comes this far. Gamma and chromaticities in PNG count for nothing, as in Pillow.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageChops
from PIL.Image import Transpose

from crawler.image import QUIET, ImageRejected, load, opened
from dataset.pictures.profile import to_srgb
from dataset.pictures.strict import Decode, load_strictly

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
LYING = range(5, 9)  # the values that change width and height for each other
KINDS = {"CMYK": "cmyk", "P": "palette", "1": "grey", "L": "grey", "LA": "grey", "I;16": "grey"}
PNG_DEPTH = 24  # offset of the bits a channel in a PNG


@dataclass(frozen=True, slots=True)
class Picture:
    """An image, upright, in RGB, and in words what made it so."""

    image: Image.Image
    size: tuple[int, int]  # width and height of the whole, of which `image` may be a smaller copy
    applied: tuple[str, ...]


def read_picture(
    body: bytes, background: str, *, least: int | None = None, strict: Decode | None = None
) -> Picture:
    """Decode an image file; transparent parts lie over `background`, a colour such as #ffffff.

    Where `least` pixels of its shorter side will do, at least 8, a JPEG with two, four or eight
    times as many is decoded at that part of its size: its cosines of high frequency are left out,
    which is quicker and as smooth as antialiasing.
    Raises crawler.image.ImageRejected for anything that is no whole image; with the word damaged
    as far as the decoder `strict` can tell.
    """
    with QUIET:
        header = opened(body)
        size = header.size
        if least:
            header.draft(None, (least, least))
        image: Image.Image = header
        if strict and header.format == "JPEG":
            image = load_strictly(header, body, strict, smaller=header.size != size)
        else:
            load(header, body)
        deep = header.format == "PNG" and body[PNG_DEPTH] == 16
        try:
            return _picture(image, size, background, deep=deep)
        except Exception as error:  # Pillow has no one error of its own
            sentence = f"its colours ({image.mode}) cannot be turned into RGB"
            raise ImageRejected("not-an-image", sentence) from error


def _picture(image: Image.Image, size: tuple[int, int], background: str, *, deep: bool) -> Picture:
    orientation = _orientation(image)
    words = [*_kind(image, deep=deep)]
    colours, word = _in_srgb(_plain(image), image.info.get("icc_profile"))
    words += word
    if (alpha := _alpha(image)) is not None:
        words.append("alpha")
        colours = Image.composite(colours, Image.new("RGB", image.size, background), alpha)
    if orientation in UPRIGHT:
        words.append(f"orientation-{orientation}")
        colours = colours.transpose(UPRIGHT[orientation])
    if orientation in LYING:
        size = size[::-1]
    return Picture(colours, size, tuple(words))


def _kind(image: Image.Image, *, deep: bool) -> Iterator[str]:
    """What the file holds instead of plain RGB."""
    if getattr(image, "is_animated", False):
        yield "first-frame"
    if deep:
        yield "16-bit"
    if _is_inverted(image):
        yield "inverted"
    if image.mode in KINDS:
        yield KINDS[image.mode]


def _plain(image: Image.Image) -> Image.Image:
    """The colours alone, in one of the modes RGB, L, 1, P and CMYK."""
    if _is_inverted(image):
        return ImageChops.invert(image)
    if image.mode == "I;16":
        return _eight_bits(image)
    if image.mode == "LA":
        return image.getchannel("L")
    return image.convert("RGB") if image.mode == "RGBA" else image


def _is_inverted(image: Image.Image) -> bool:
    """Pillow takes every CMYK JPEG for one by Adobe, whose values are upside down."""
    return image.mode == "CMYK" and image.format == "JPEG" and "adobe" not in image.info


def _eight_bits(image: Image.Image) -> Image.Image:
    """A grey image of 16 bits as one of 8, each value to the nearest: 65535 becomes 255."""
    values = np.asarray(image).astype(np.uint32)
    return Image.fromarray(((values + 128) // 257).astype(np.uint8))


def _in_srgb(image: Image.Image, profile: bytes | None) -> tuple[Image.Image, list[str]]:
    """Colours in RGB, and what became of their profile."""
    converted = to_srgb(image, profile) if profile else image
    word = "icc-ignored" if converted is None else "icc"
    words = [word] if converted is not image else []
    image = converted or image
    return (image if image.mode == "RGB" else image.convert("RGB")), words


def _alpha(image: Image.Image) -> Image.Image | None:
    """How opaque each pixel is; None where all of them are wholly so."""
    if not image.has_transparency_data:
        return None
    if image.mode == "I;16":  # which `convert` would clip at 255, so that white is transparent too
        seen = np.asarray(image) != image.info["transparency"]
        alpha = Image.fromarray(np.where(seen, np.uint8(255), np.uint8(0)))
    else:
        alpha = image.convert("RGBA").getchannel("A")
    return alpha if alpha.getextrema() != (255, 255) else None


def _orientation(image: Image.Image) -> int:
    try:
        return int(image.getexif().get(ORIENTATION, 1))
    except Exception:  # noqa: BLE001  # broken EXIF raises anything; the picture is still one
        return 1
