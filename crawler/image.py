"""Images as bytes: what format they are, whether they are whole, and what they look like.

Only the bytes are asked, never a file name or a header of HTTP.
"""

import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO

import numpy as np
from PIL import Image
from PIL.BmpImagePlugin import BmpImageFile
from PIL.GifImagePlugin import GifImageFile
from PIL.ImageFile import ImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.WebPImagePlugin import WebPImageFile

from crawler.ending import reaches_its_end
from crawler.limits import bomb, too_small

BAND = 1 << 20  # pixels that are turned to grey at once

EXTENSIONS = {"jpeg": "jpg", "png": "png", "gif": "gif", "webp": "webp", "bmp": "bmp"}

# Pillow's readers, called directly: `Image.open` would add pixel limits of its own to ours.
READERS: dict[str, Callable[[BytesIO], ImageFile]] = {
    "jpeg": JpegImageFile,
    "png": PngImageFile,
    "gif": GifImageFile,
    "webp": WebPImageFile,
    "bmp": BmpImageFile,
}


class ImageRejected(Exception):
    """Bytes that are no usable image: a word of the manifest's vocabulary and a sentence."""

    def __init__(self, word: str, sentence: str) -> None:
        super().__init__(f"{word}: {sentence}")
        self.word = word
        self.sentence = sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a whole image is. Width and height are as stored, before any EXIF orientation."""

    format: str  # a key of EXTENSIONS
    width: int  # pixels
    height: int  # pixels
    phash: str  # 64 bits as 16 hexadecimal digits


def sniff(body: bytes) -> str:
    """The format, a key of EXTENSIONS, or "" where the bytes begin like none of them.

    The patterns are those of the WHATWG MIME Sniffing Standard, section 6.1.
    """
    if body.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if body.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if body.startswith((b"GIF87a", b"GIF89a")):
        return "gif"
    if body.startswith(b"RIFF") and body[8:14] == b"WEBPVP":
        return "webp"
    return "bmp" if body.startswith(b"BM") else ""


def decode(body: bytes, *, max_pixels: int = 100_000_000) -> Image.Image:
    """The image with all its pixels loaded, in its own colour mode and not turned as EXIF says.

    Of an animation it is the first frame. Raises ImageRejected with the word not-an-image,
    truncated or bomb.
    """
    image = opened(body, max_pixels=max_pixels)
    load(image, body)
    return image


def opened(body: bytes, *, max_pixels: int = 100_000_000) -> ImageFile:
    """The image as its header describes it: no pixel is decoded yet.

    Raises ImageRejected with the word not-an-image, truncated or bomb.
    """
    kind = sniff(body)
    if not kind:
        raise ImageRejected("not-an-image", "its bytes begin like no JPEG, PNG, GIF, WebP or BMP")
    with QUIET, _one_way_to_fail(kind, body):
        image = READERS[kind](BytesIO(body))
    if image.width * image.height > max_pixels:
        raise ImageRejected(*bomb(*image.size, max_pixels))
    return image


def load(image: ImageFile, body: bytes) -> None:
    """Decode all pixels of an image that was opened from these bytes.

    Raises ImageRejected with the word not-an-image or truncated.
    """
    kind = sniff(body)
    with QUIET, _one_way_to_fail(kind, body):
        image.load()
    if not reaches_its_end(kind, body):
        raise _truncated(kind)


def examine(body: bytes, *, max_pixels: int, min_side: int) -> Facts:
    """Decode an image and tell what it is.

    Raises ImageRejected as `decode` does, and with too-small where a side is below `min_side`.
    """
    kind = sniff(body)
    with QUIET:
        image = decode(body, max_pixels=max_pixels)
        if min(image.size) < min_side:
            raise ImageRejected(*too_small(*image.size, min_side))
        with _one_way_to_fail(kind, body):
            phash = perceptual_hash(image)
    return Facts(format=kind, width=image.width, height=image.height, phash=phash)


def perceptual_hash(image: Image.Image) -> str:
    """The 64-bit DCT hash of an image (pHash), as 16 hexadecimal digits.

    Grey, 32 x 32 (a large image is averaged in boxes first); of its discrete cosine transform the
    8 x 8 lowest frequencies; a bit for each, row by row, is 1 where it lies above their median.
    Images that look alike differ in few bits.
    Integers throughout, so that every machine gives the same bits.
    """
    grey = _grey(image)
    small = grey.resize((32, 32), Image.Resampling.LANCZOS, reducing_gap=2.0)
    frequencies = COSINES @ np.asarray(small, np.int64) @ COSINES.T  # (8, 8)
    middle = np.sort(frequencies, axis=None)[31:33]  # the median is half their sum
    bits = 2 * frequencies > middle.sum()
    return np.packbits(bits).tobytes().hex()


# The 8 lowest rows of the DCT-II over 32 points, in units of 2**-14: (8, 32).
_FREQUENCY, _POINT = np.ogrid[:8, 1:64:2]
COSINES = np.rint(2**14 * np.cos(np.pi / 64 * _FREQUENCY * _POINT)).astype(np.int64)


def _grey(image: Image.Image) -> Image.Image:
    """The image in 8 bits of grey, transparent parts over white.

    Band by band, since some ways from pixels to grey take many times the memory of the pixels.
    """
    rows = max(BAND // image.width, 1)
    if rows >= image.height:
        return _grey_band(image)
    grey = Image.new("L", image.size)
    for top in range(0, image.height, rows):
        band = image.crop((0, top, image.width, min(top + rows, image.height)))
        grey.paste(_grey_band(band), (0, top))
    return grey


def _grey_band(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I"):  # 16 bits, which `convert` would clip at 255
        return Image.fromarray((np.asarray(image) >> 8).astype(np.uint8))
    if image.has_transparency_data:
        white = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(white, image.convert("RGBA"))
    return image.convert("L")


@contextmanager
def _one_way_to_fail(kind: str, body: bytes) -> Iterator[None]:
    """Turn whatever Pillow raises into ImageRejected."""
    try:
        yield
    except ImageRejected:
        raise
    except Exception as error:  # OSError, SyntaxError, struct.error, TypeError and more
        if "truncated" in str(error).lower() or not reaches_its_end(kind, body):
            raise _truncated(kind) from error
        raise ImageRejected("not-an-image", f"it begins like {kind} and is none") from error


def _truncated(kind: str) -> ImageRejected:
    return ImageRejected("truncated", f"this {kind} stops before its end")


class _Quiet:
    """Ignores Pillow's warnings while any thread is inside.

    `warnings.catch_warnings` alone is not for threads: two that overlap can leave the filters of
    the process changed for good. Here the first to come sets them and the last to go restores.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._inside = 0
        self._filters = warnings.catch_warnings()

    def __enter__(self) -> None:
        with self._lock:
            if self._inside == 0:
                self._filters = warnings.catch_warnings()
                self._filters.__enter__()
                warnings.filterwarnings("ignore", module=r"PIL\.")
            self._inside += 1

    def __exit__(self, *failure: object) -> None:
        with self._lock:
            self._inside -= 1
            if self._inside == 0:
                self._filters.__exit__(None, None, None)


QUIET = _Quiet()
