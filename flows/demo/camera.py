"""What a camera does to a scene: light, things in front of it, blur and the noise of its sensor."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from flows.demo.background import tint
from flows.demo.curves import TURN, bezier, ribbon
from flows.demo.palette import Palette

Rng = np.random.Generator
Light = NDArray[np.float32]


def occluded(rng: Rng, palette: Palette, image: Image.Image) -> Image.Image:
    """Some stalks across a part of the image, out of focus."""
    mask = Image.new("L", image.size)
    canvas = ImageDraw.Draw(mask)
    for _ in range(int(rng.integers(1, 4))):
        ends = rng.uniform((-0.1, 0), (1.1, 1), (3, 2)) * image.size
        ends[0, 1], ends[2, 1] = image.height * 1.1, image.height * rng.uniform(0.1, 0.6)
        (a, b, c) = ends.tolist()
        stalk = ribbon(
            bezier(tuple(a), tuple(b), tuple(c)), image.width * rng.uniform(0.02, 0.06), 1
        )
        canvas.polygon(stalk.ravel().tolist(), fill=255)
    mask = mask.filter(ImageFilter.GaussianBlur(image.width / 100))
    return Image.composite(Image.new("RGB", image.size, tint(rng, palette)), image, mask)


def photographed(rng: Rng, image: Image.Image) -> Image.Image:
    """The image under uneven, tinted light, a little blurred, with noise."""
    image = image.filter(ImageFilter.GaussianBlur(rng.uniform(0, 0.8)))
    white_balance = rng.uniform(0.9, 1.1, 3).astype(np.float32)
    pixels = np.asarray(image) * _light(rng, image.width, image.height) * white_balance
    pixels += rng.uniform(1, 8) * _noise(rng, (*pixels.shape[:2], 1))
    pixels += rng.uniform(0, 5) * _noise(rng, pixels.shape)
    return Image.fromarray(pixels.clip(0, 255).astype(np.uint8))


def _noise(rng: Rng, shape: tuple[int, ...]) -> Light:
    return rng.standard_normal(shape, np.float32)


def _light(rng: Rng, width: int, height: int) -> Light:
    """Brightness over the image, from one side and falling off to the corners: (H, W, 1)."""
    y, x = np.ogrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    angle, slope, corners = rng.uniform(0, TURN), rng.uniform(0, 0.3), rng.uniform(0, 0.2)
    light = 1 + slope * (np.cos(angle) * x + np.sin(angle) * y) - corners * (x**2 + y**2)
    brightness: Light = (light * rng.uniform(0.75, 1.15))[..., None].astype(np.float32)
    return brightness
