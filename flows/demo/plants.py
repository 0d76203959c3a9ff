"""Plants (and a fungus) in patches of paint: 薔薇, leaf and mushroom."""

import numpy as np

from flows.demo.curves import TURN, bezier, ellipse, mirrored, moved, polar, ribbon, spiral
from flows.demo.palette import Palette
from flows.demo.patch import Patch

Rng = np.random.Generator


def rose(rng: Rng, palette: Palette) -> list[Patch]:
    """Rings of petals, darker towards the middle, around a spiral; leaves behind."""
    patches = _rose_leaves(rng, palette)
    petals, rings = int(rng.integers(5, 8)), 4
    for ring in range(rings):
        out = 1 - ring / rings
        start = rng.uniform(0, TURN)
        for i in range(petals):
            angle = start + TURN * i / petals
            light = 0.35 * out - 0.35 + rng.uniform(-0.06, 0.06)
            petal = ellipse(0.45 * out, 0, 0.42 * out, 0.42 * out)
            patches.append(Patch(moved(1.06 * petal, angle=angle), palette.main(light - 0.3)))
            patches.append(Patch(moved(petal - (0.03, 0), angle=angle), palette.main(light + 0.1)))
    heart = moved(spiral(1.75, 0.24, start=rng.uniform(0, TURN)), scale=1.1)
    return [*patches, Patch(ribbon(heart, 0.02, 0.07), palette.main(-0.65))]


def _rose_leaves(rng: Rng, palette: Palette) -> list[Patch]:
    blade = np.concatenate(
        [bezier((0, 0), (0.6, -0.45), (1.15, 0)), bezier((1.15, 0), (0.6, 0.45), (0, 0))]
    )
    angles = rng.uniform(0, TURN) + np.cumsum(rng.uniform(0.8, 2.2, int(rng.integers(1, 4))))
    return [Patch(moved(blade, angle=angle), palette.other(-0.35)) for angle in angles]


def leaf(rng: Rng, palette: Palette) -> list[Patch]:
    """A blade with a stalk, a midrib and veins: pointed, toothed, or lobed like a maple's."""
    lobed = rng.random() < 0.25
    stalk = ribbon(
        bezier((0, 0.55), (rng.uniform(-0.2, 0.2), 0.8), (rng.uniform(-0.25, 0.25), 1.15)),
        0.07,
        0.09,
    )
    blade = _maple(rng, palette) if lobed else _blade(rng, palette)
    return [Patch(stalk, palette.main(-0.5)), *blade]


def _blade(rng: Rng, palette: Palette) -> list[Patch]:
    width, teeth, vein = rng.uniform(0.42, 0.6), rng.uniform(0, 0.05), rng.choice([-0.6, 0.65])
    t = np.linspace(0, 1, 61)
    half = width * np.sin(np.pi * t**0.8) * (1 + teeth * np.sign(np.sin(TURN * 10 * t)) / width)
    right = np.column_stack([half, 1.7 * t - 0.95])
    patches = [
        Patch(np.concatenate([right, mirrored(right)[::-1]]), palette.main()),
        Patch(np.concatenate([right, [(0, 0.75)]]), palette.main(-0.2)),
        Patch(ribbon(bezier((0, -0.9), (0, 0.75)), 0.04, 0.1), palette.main(vein)),
    ]
    for y in np.linspace(-0.45, 0.45, int(rng.integers(4, 7))):
        side = 0.85 * np.interp(y - 0.22, right[:, 1], half)
        veins = (ribbon(bezier((x, y - 0.22), (0, y)), 0.03, 0.07) for x in (side, -side))
        patches += [Patch(points, palette.main(vein)) for points in veins]
    return patches


def _maple(rng: Rng, palette: Palette) -> list[Patch]:
    t = np.linspace(0, TURN, 120, endpoint=False) - TURN / 4  # from the tip, which points up
    lobes, notch = 5, rng.uniform(0.4, 0.5)
    saw = np.abs(((np.arange(120) * lobes / 120) % 1) - 0.5) * 2  # 1 at the tips, 0 between
    radii = notch + (1 - notch) * saw**1.2 + 0.05 * np.sign(np.sin(25 * t)) * saw
    outline = moved(polar(radii), angle=-TURN / 4)
    vein = rng.choice([-0.6, 0.65])
    tips = [outline[round(120 * i / lobes)] * 0.85 for i in range(lobes)]
    root = (0.0, 0.55)
    ribs = [ribbon(bezier((x, y), (0, 0.1), root), 0.02, 0.06) for x, y in tips]
    return [Patch(outline, palette.main()), *(Patch(rib, palette.main(vein)) for rib in ribs)]


def mushroom(rng: Rng, palette: Palette) -> list[Patch]:
    """A cap with spots on a stem, now and then with a small one beside it."""
    patches = _one_mushroom(rng, palette)
    if rng.random() < 0.35:
        x, scale = rng.choice([-0.62, 0.62]), rng.uniform(0.4, 0.55)
        small = _one_mushroom(rng, palette)
        patches = [
            Patch(moved(p.points, x, 0.98 - 0.95 * scale, scale=scale), p.fill) for p in small
        ] + patches
    return patches


def _one_mushroom(rng: Rng, palette: Palette) -> list[Patch]:
    wide, tall, thick = rng.uniform(0.65, 0.95), rng.uniform(0.55, 0.95), rng.uniform(0.16, 0.28)
    brim = 0.05
    left = bezier((-thick * 0.8, brim), (-thick * 0.7, 0.5), (-thick * 1.4, 0.95))
    stem = np.concatenate([left, mirrored(left)[::-1]])
    dome = bezier(
        (-wide, brim), (-wide, brim - 1.75 * tall), (wide, brim - 1.75 * tall), (wide, brim), n=32
    )
    under = ellipse(0, brim, wide, 0.16)
    patches = [
        Patch(stem, palette.other(0.55)),
        Patch(moved(stem * (0.35, 1), 0.55 * thick), palette.other(0.3)),
        Patch(under, palette.other(-0.25)),
        Patch(ellipse(0, brim + 0.02, 0.6 * wide, 0.09), palette.other(-0.45)),
        Patch(dome, palette.main()),
    ]
    for _ in range(int(rng.integers(0, 9))):
        x, y = rng.uniform(-0.7, 0.7) * wide, brim - rng.uniform(0.2, 1.1) * tall
        if abs(x) / wide + (brim - y) / (1.5 * tall) < 0.95:
            patches.append(
                Patch(
                    ellipse(x, y, rng.uniform(0.05, 0.14), rng.uniform(0.04, 0.1)),
                    palette.other(0.7),
                )
            )
    return patches
