"""Plants, and a fungus among them, as patches of paint: 薔薇, leaf and mushroom."""

from itertools import chain

import numpy as np

from flows.demo.curves import TURN, Points, bezier, closed, ellipse, moved, polar, ribbon, spiral
from flows.demo.palette import Palette
from flows.demo.patch import Patch, reshaped

Rng = np.random.Generator


def rose(rng: Rng, palette: Palette) -> list[Patch]:
    """Rings of petals, darker towards the middle, around a spiral; leaves behind."""
    petals = int(rng.integers(5, 8))
    rings = (_ring(rng, palette, petals, radius) for radius in (1, 0.75, 0.5, 0.25))
    heart = ribbon(spiral(1.75, 0.26, start=rng.uniform(0, TURN)), 0.02, 0.07)
    return [*_rose_leaves(rng, palette), *chain(*rings), Patch(heart, palette.main(-0.65))]


def _ring(rng: Rng, palette: Palette, petals: int, radius: float) -> list[Patch]:
    """So many round petals, each before a dark one that shows as its rim."""
    petal = ellipse(0.45 * radius, 0, 0.42 * radius, 0.42 * radius)
    patches = []
    for angle in rng.uniform(0, TURN) + TURN / petals * np.arange(petals):
        light = 0.35 * radius - 0.35 + rng.uniform(-0.06, 0.06)
        patches.append(Patch(moved(1.06 * petal, angle=angle), palette.main(light - 0.3)))
        patches.append(Patch(moved(petal - (0.03, 0), angle=angle), palette.main(light + 0.1)))
    return patches


def _rose_leaves(rng: Rng, palette: Palette) -> list[Patch]:
    blade = closed(bezier((0, 0), (0.6, -0.45), (1.15, 0)), (1, -1))
    angles = rng.uniform(0, TURN) + np.cumsum(rng.uniform(0.8, 2.2, int(rng.integers(1, 4))))
    return [Patch(moved(blade, angle=angle), palette.other(-0.35)) for angle in angles]


def leaf(rng: Rng, palette: Palette) -> list[Patch]:
    """A blade with a stalk, a midrib and veins: pointed, toothed, or lobed like a maple's."""
    blade = _maple if rng.random() < 0.25 else _blade
    bend, end = rng.uniform(-0.2, 0.2), rng.uniform(-0.25, 0.25)
    stalk = ribbon(bezier((0, 0.55), (bend, 0.8), (end, 1.15)), 0.07, 0.09)
    return [Patch(stalk, palette.main(-0.5)), *blade(rng, palette)]


def _blade(rng: Rng, palette: Palette) -> list[Patch]:
    """An outline whose half width follows a sine, with teeth as a square wave on it."""
    t = np.linspace(0, 1, 61)
    teeth = rng.uniform(0, 0.05) * np.sign(np.sin(TURN * 10 * t))
    half = (rng.uniform(0.42, 0.6) + teeth) * np.sin(np.pi * t**0.8)
    right = np.column_stack([half, 1.7 * t - 0.95])
    vein = palette.main(rng.choice([-0.6, 0.65]))
    patches = [
        Patch(closed(right), palette.main()),
        Patch(np.vstack([right, (0, 0.75)]), palette.main(-0.2)),
        Patch(ribbon(bezier((0, -0.9), (0, 0.75)), 0.04, 0.1), vein),
    ]
    for y in np.linspace(-0.45, 0.45, int(rng.integers(4, 7))):
        x = 0.85 * np.interp(y - 0.22, right[:, 1], half)
        patches += [Patch(_vein((x, y - 0.22), (0, y)), vein)]
        patches += [Patch(_vein((-x, y - 0.22), (0, y)), vein)]
    return patches


def _maple(rng: Rng, palette: Palette) -> list[Patch]:
    """Five lobes as a saw-tooth wave around the middle, a vein from the tip of each."""
    lobes, n, notch = 5, 120, rng.uniform(0.4, 0.5)
    saw = 2 * np.abs(np.arange(n) * lobes / n % 1 - 0.5)  # 1 at the tips, 0 between them
    rough = 0.05 * np.sign(np.cos(TURN * 4 * lobes * np.arange(n) / n)) * saw
    outline = moved(polar(notch + (1 - notch) * saw**1.2 + rough), angle=-TURN / 4)  # a tip on top
    tips = 0.85 * outline[:: n // lobes]
    vein = palette.main(rng.choice([-0.6, 0.65]))
    ribs = [_vein((x, y), (0, 0.1), (0, 0.55)) for x, y in tips]
    return [Patch(outline, palette.main()), *(Patch(rib, vein) for rib in ribs)]


def _vein(*control: tuple[float, float]) -> Points:
    return ribbon(bezier(*control), 0.03, 0.065)


def mushroom(rng: Rng, palette: Palette) -> list[Patch]:
    """A cap with spots on a stem, now and then with a small one behind it."""
    patches = _one_mushroom(rng, palette)
    if rng.random() < 0.35:
        x, scale = rng.choice([-0.62, 0.62]), rng.uniform(0.4, 0.55)
        small = _one_mushroom(rng, palette)
        ground = 0.98 - 0.95 * scale
        patches = reshaped(small, lambda points: moved(points, x, ground, scale=scale)) + patches
    return patches


def _one_mushroom(rng: Rng, palette: Palette) -> list[Patch]:
    wide, tall, thick = rng.uniform((0.65, 0.95, 0.16), (0.95, 1.65, 0.28))
    stem = closed(bezier((0.8 * thick, 0), (0.7 * thick, 0.5), (1.4 * thick, 0.95)))
    dome = bezier((-wide, 0.05), (-wide, -tall), (wide, -tall), (wide, 0.05), n=32)
    return [
        Patch(stem, palette.other(0.55)),
        Patch(moved(stem * (0.35, 1), 0.55 * thick), palette.other(0.3)),
        Patch(ellipse(0, 0.05, wide, 0.16), palette.other(-0.25)),
        Patch(ellipse(0, 0.07, 0.6 * wide, 0.09), palette.other(-0.45)),
        Patch(dome, palette.main()),
        *_dots(rng, palette, wide, 0.75 * tall),
    ]


def _dots(rng: Rng, palette: Palette, wide: float, tall: float) -> list[Patch]:
    """Up to eight spots, within a triangle so that they stay on the dome."""
    places = rng.uniform((-0.7, 0.2), (0.7, 0.75), (int(rng.integers(0, 9)), 2))
    places = places[np.abs(places).sum(axis=1) < 0.95] * (wide, -tall)
    sizes = rng.uniform((0.05, 0.04), (0.14, 0.1), places.shape)
    return [
        Patch(ellipse(*where, *size), palette.other(0.7))
        for where, size in zip(places, sizes, strict=True)
    ]
