"""A picture of one class: a subject before a background, seen by a camera, drawn from a seed.

The classes differ in form. Colour, pose, place, background and light are drawn from the same
ranges for all of them, so that no single pixel tells them apart.
"""

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np
from PIL import Image, ImageDraw, ImageFilter
from PIL.Image import Resampling

from flows.demo import animals, plants
from flows.demo.background import background
from flows.demo.camera import occluded, photographed
from flows.demo.curves import Points
from flows.demo.palette import Palette, random_palette
from flows.demo.patch import Patch, paint

Rng = np.random.Generator
Subject = Callable[[Rng, Palette], list[Patch]]

SUBJECTS: Mapping[str, Subject] = MappingProxyType(
    {
        "薔薇": plants.rose,
        "butterfly": animals.butterfly,
        "fish": animals.fish,
        "leaf": plants.leaf,
        "mushroom": plants.mushroom,
        "snail": animals.snail,
        "ghost": animals.ghost,
    }
)
TILT = {"薔薇": math.pi, "butterfly": 0.6, "leaf": 0.7}  # radians to either side
UPRIGHT = 0.25  # for those that stand or swim
SIZES = ((128, 128), (128, 128), (160, 120), (120, 160))  # pixels, width and height
FINE = 2  # a subject is painted so many times larger, then made smaller, for smooth edges


def draw(label: str, index: int, seed: int = 0) -> Image.Image:
    """The picture number `index` of a class, RGB, 120 to 160 pixels a side; always the same one."""
    rng = np.random.default_rng([seed, index, *label.encode()])
    palette = random_palette(rng)
    size = SIZES[rng.integers(len(SIZES))]
    scene = background(rng, palette, size)
    subject = _subject(rng, label, palette, size)
    _place(rng, scene, subject)
    if rng.random() < 0.15:
        scene = occluded(rng, palette, scene)
    return photographed(rng, scene)


def _subject(rng: Rng, label: str, palette: Palette, size: tuple[int, int]) -> Image.Image:
    """The subject alone on a transparent layer of the given size."""
    layer = Image.new("RGBA", (size[0] * FINE, size[1] * FINE))
    patches = SUBJECTS[label](rng, palette)
    paint(ImageDraw.Draw(layer), patches, _view(rng, TILT.get(label, UPRIGHT), layer.size))
    return layer.resize(size, Resampling.BOX)


def _view(rng: Rng, tilt: float, size: tuple[int, int]) -> Points:
    """A pose (size, side, tilt, slant, place) as a matrix from (x, y, 1) to pixels: (3, 2)."""
    side, facing = min(size), rng.choice([-1, 1])
    radius = side * rng.uniform(0.38, 0.48)
    angle, slant = rng.uniform(-tilt, tilt), rng.uniform(0, math.pi)
    squeeze = _turn(slant) @ np.diag([1, rng.uniform(0.75, 1)]) @ _turn(-slant)
    play = side / 2 - radius * 0.95
    centre = np.array(size) / 2 + rng.uniform(-play, play, 2)
    return np.vstack([radius * np.diag([facing, 1]) @ _turn(angle) @ squeeze, centre])


def _turn(angle: float) -> Points:
    cos, sin = math.cos(angle), math.sin(angle)
    return np.array([[cos, sin], [-sin, cos]])


def _place(rng: Rng, scene: Image.Image, subject: Image.Image) -> None:
    """Lay the subject on the scene, with the soft shadow it casts."""
    cover = subject.getchannel("A")
    offset = (int(rng.integers(-6, 7)), int(rng.integers(-6, 7)))
    shadow = Image.new("L", scene.size)
    shadow.paste(cover.filter(ImageFilter.GaussianBlur(3)), offset)
    dark = rng.uniform(0.2, 0.6)
    scene.paste((0, 0, 0), mask=shadow.point(lambda alpha: int(alpha * dark)))
    scene.paste(subject, mask=cover)
