"""What a camera does to a scene: light, things in front of it, blur and the noise of its sensor."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from flows.demo.background import tint
from flows.demo.curves import TURN, bezier, ribbon
from flows.demo.palette import Palette

Rng = np.random.Generator


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
    light = _light(rng, image.width, image.height) * rng.uniform(0.9, 1.1, 3)  # white balance
    pixels = np.asarray(image) * light
    pixels += rng.normal(0, rng.uniform(1, 8), pixels.shape[:2])[..., None]
    pixels += rng.normal(0, rng.uniform(0, 5), pixels.shape)
    return Image.fromarray(pixels.clip(0, 255).astype(np.uint8))


def _light(rng: Rng, width: int, height: int) -> NDArray[np.float64]:
    """Brightness over the image, from one side and falling off to the corners: (H, W, 1)."""
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    angle, slope, corners = rng.uniform(0, TURN), rng.uniform(0, 0.3), rng.uniform(0, 0.2)
    light: NDArray[np.float64] = (
        1 + slope * (np.cos(angle) * x + np.sin(angle) * y) - corners * (x**2 + y**2)
    )
    return light[..., None] * rng.uniform(0.75, 1.15)
