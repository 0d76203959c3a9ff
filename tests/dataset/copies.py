"""Copies as they are found on the web: of a picture in other sizes, colours, frames and positions.

Every copy is saved as JPEG once more.
"""

import io
from collections.abc import Callable
from functools import partial

import numpy as np
from PIL import Image, ImageDraw, ImageOps
from PIL.Image import Resampling, Transpose

Change = Callable[[Image.Image], Image.Image]


def jpeg(image: Image.Image, quality: int = 90) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()


def opened(body: bytes) -> Image.Image:
    return Image.open(io.BytesIO(body)).convert("RGB")


def _half(image: Image.Image) -> Image.Image:
    return image.resize((max(image.width // 2, 1), max(image.height // 2, 1)), Resampling.BICUBIC)


def _grey(image: Image.Image) -> Image.Image:
    return image.convert("L").convert("RGB")


def _bar(image: Image.Image) -> Image.Image:
    marked, top = image.copy(), image.height - max(image.height // 8, 1)
    draw = ImageDraw.Draw(marked)
    draw.rectangle((0, top, image.width, image.height), fill=(20, 20, 20))
    draw.text((4, top + 1), "© example.org", fill="white")
    return marked


def _border(image: Image.Image) -> Image.Image:
    right, down = round(0.075 * image.width), round(0.075 * image.height)
    framed = Image.new("RGB", (image.width + 2 * right, image.height + 2 * down), "white")
    framed.paste(image, (right, down))
    return framed


def _crop(image: Image.Image, left: float, top: float) -> Image.Image:
    """Seven eighths of both sides, with these parts of the rest at the left and above."""
    width, height = round(image.width * 0.875), round(image.height * 0.875)
    x, y = round(left * (image.width - width)), round(top * (image.height - height))
    return image.crop((x, y, x + width, y + height))


def _turned(how: Transpose) -> Change:
    return lambda image: image.transpose(how)


COPIES: dict[str, Change] = {
    "jpeg": lambda image: opened(jpeg(image, 40)),
    "half": _half,
    "grey": _grey,
    "mirrored": ImageOps.mirror,
    "upside": ImageOps.flip,
    "rot90": _turned(Transpose.ROTATE_90),
    "rot180": _turned(Transpose.ROTATE_180),
    "rot270": _turned(Transpose.ROTATE_270),
    "bar": _bar,
    "border": _border,
    "crop": partial(_crop, left=0.5, top=0.5),
    "corner": partial(_crop, left=0.0, top=1.0),
}


def scene(seed: int) -> Image.Image:
    """A drawn picture that no other seed gives: soft hills of colour, and things before them."""
    random = np.random.default_rng(seed)
    hills = Image.fromarray(random.integers(60, 200, (5, 6, 3), dtype=np.uint8))
    picture = hills.resize((168, 132), Resampling.BICUBIC)
    draw = ImageDraw.Draw(picture)
    for _ in range(9):
        x, y, width, height = random.integers((0, 0, 12, 12), (150, 110, 60, 50)).tolist()
        colour = tuple(random.integers(0, 256, 3).tolist())
        shape = draw.ellipse if random.random() < 0.5 else draw.rectangle
        shape((x, y, x + width, y + height), fill=colour)
    return picture
