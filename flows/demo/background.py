"""What stands behind a subject: a painted image of the given size, never telling the class."""

from collections.abc import Callable

import numpy as np
from PIL import Image, ImageDraw, ImageFilter
from PIL.Image import Resampling

from flows.demo.curves import TURN, Points, ellipse, moved, polar
from flows.demo.palette import Colour, Palette, colour

Rng = np.random.Generator
Size = tuple[int, int]  # width, height in pixels


def background(rng: Rng, palette: Palette, size: Size) -> Image.Image:
    """One of the backgrounds at random, most with some clutter on it: RGB."""
    kind = KINDS[rng.integers(len(KINDS))]
    image = kind(rng, palette, size)
    if rng.random() < 0.6:
        clutter(rng, palette, image)
    return image.filter(ImageFilter.GaussianBlur(rng.uniform(0, size[0] / 60)))


def tint(rng: Rng, palette: Palette) -> Colour:
    """A colour of the background: near its hue and brightness, less saturated than subjects."""
    hue = palette.behind + rng.normal(0, 0.04)
    return colour(hue, rng.uniform(0.1, 0.6), palette.value_behind + rng.uniform(-0.15, 0.05))


def gradient(rng: Rng, palette: Palette, size: Size) -> Image.Image:
    """From one colour to another, in any direction."""
    angle = rng.uniform(0, TURN)
    y, x = np.mgrid[-1 : 1 : size[1] * 1j, -1 : 1 : size[0] * 1j]
    mix = (np.cos(angle) * x + np.sin(angle) * y)[..., None] / 2.9 + 0.5
    first, last = np.array(tint(rng, palette)), np.array(tint(rng, palette))
    return Image.fromarray((first * (1 - mix) + last * mix).clip(0, 255).astype(np.uint8))


def cloudy(rng: Rng, palette: Palette, size: Size) -> Image.Image:
    """Patches of a few colours that flow into each other."""
    cells = rng.integers(3, 8)
    grid = np.array([tint(rng, palette) for _ in range(cells * cells)], dtype=np.uint8)
    return Image.fromarray(grid.reshape(cells, cells, 3)).resize(size, Resampling.BICUBIC)


def striped(rng: Rng, palette: Palette, size: Size) -> Image.Image:
    """Stripes of two colours, like wallpaper or planks."""
    angle, pitch = rng.uniform(0, TURN), size[0] * rng.uniform(0.08, 0.3)
    y, x = np.mgrid[: size[1], : size[0]]
    wave = np.sin(TURN / pitch * (np.cos(angle) * x + np.sin(angle) * y)) > rng.uniform(-0.6, 0.6)
    pair = np.array([tint(rng, palette), tint(rng, palette)], dtype=np.uint8)
    return Image.fromarray(pair[wave.astype(np.intp)])


def foliage(rng: Rng, palette: Palette, size: Size) -> Image.Image:
    """A thicket of overlapping blades."""
    image = Image.new("RGB", size, tint(rng, palette))
    canvas = ImageDraw.Draw(image)
    for _ in range(40):
        long = size[0] * rng.uniform(0.1, 0.3)
        blade = ellipse(0, 0, long, long * rng.uniform(0.15, 0.4))
        blade = moved(blade, angle=rng.uniform(0, TURN))
        _stamp(canvas, blade, rng.uniform((0, 0), size), tint(rng, palette))
    return image


def tiled(rng: Rng, palette: Palette, size: Size) -> Image.Image:
    """Tiles or a chequered cloth."""
    cells = int(rng.integers(3, 8))
    pair = np.array([tint(rng, palette), tint(rng, palette)], dtype=np.uint8)
    grid = pair[np.add.outer(np.arange(cells), np.arange(cells)) % 2]
    return Image.fromarray(grid).resize(size, Resampling.NEAREST)


KINDS: tuple[Callable[[Rng, Palette, Size], Image.Image], ...] = (
    gradient,
    cloudy,
    striped,
    foliage,
    tiled,
)


def clutter(rng: Rng, palette: Palette, image: Image.Image) -> None:
    """Lay a few pebbles and scraps on the image."""
    canvas = ImageDraw.Draw(image)
    for _ in range(int(rng.integers(2, 9))):
        scrap = polar(rng.uniform(0.6, 1, rng.integers(3, 9)))
        scrap *= image.width * rng.uniform(0.03, 0.09)
        _stamp(canvas, scrap, rng.uniform((0, 0), image.size), tint(rng, palette))


def _stamp(canvas: ImageDraw.ImageDraw, shape: Points, place: Points, fill: Colour) -> None:
    canvas.polygon((shape + place).ravel().tolist(), fill=fill)
