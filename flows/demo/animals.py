"""Animals in patches of paint: butterfly, fish and snail, and a ghost that nobody may fetch."""

import numpy as np

from flows.demo.curves import TURN, bezier, ellipse, mirrored, moved, ribbon, spiral
from flows.demo.palette import Palette
from flows.demo.patch import Patch

Rng = np.random.Generator
INK = (28, 24, 30)
CHALK = (244, 242, 236)


def butterfly(rng: Rng, palette: Palette) -> list[Patch]:
    """Two pairs of mirrored wings with borders and spots, more or less open; body and feelers."""
    dark, spread = palette.main(-0.6), rng.uniform(0.65, 1.0)
    tip, tail = rng.uniform(-0.95, -0.7), rng.uniform(0.65, 0.95)
    fore = bezier(
        (0.02, -0.05), (0.3, 1.5 * tip), (1.5, tip - 0.3), (0.95, 0.05), (0.02, 0.1), n=30
    )
    hind = bezier((0.02, 0.0), (1.3, 0.05), (0.85, 1.4 * tail), (0.15, tail), (0.02, 0.15), n=30)
    half = [
        *_wing(hind, dark, palette.other(-0.05)),
        *_wing(fore, dark, palette.main()),
        *_spots(rng, fore, palette.other(0.6)),
        *_spots(rng, hind, palette.main(0.5)),
    ]
    body = [
        Patch(ellipse(0, 0.02, 0.065, 0.45), INK),
        Patch(ellipse(0, -0.42, 0.085, 0.1), INK),
    ]
    feeler = ribbon(bezier((0.02, -0.45), (0.1, -0.75), (0.35, -0.9)), 0.02, 0.05)
    half = [Patch(p.points * (1.25 * spread, 1.15), p.fill) for p in half] + [Patch(feeler, INK)]
    return half + [Patch(mirrored(p.points), p.fill) for p in half] + body


def _wing(
    outline: np.ndarray, dark: tuple[int, int, int], fill: tuple[int, int, int]
) -> list[Patch]:
    inner = outline.mean(0) + 0.8 * (outline - outline.mean(0))
    return [Patch(outline, dark), Patch(inner, fill)]


def _spots(rng: Rng, outline: np.ndarray, fill: tuple[int, int, int]) -> list[Patch]:
    centre = outline.mean(0)
    edge = outline[rng.integers(8, 24, int(rng.integers(0, 4)))]
    places = centre + rng.uniform(0.1, 0.6) * (edge - centre)
    return [Patch(ellipse(x, y, *rng.uniform(0.04, 0.12, 2)), fill) for x, y in places]


def fish(rng: Rng, palette: Palette) -> list[Patch]:
    """A body like a lens, a forked tail, fins, a gill and an eye; plain, striped or spotted."""
    deep, long = rng.uniform(0.34, 0.6), 0.72
    back = bezier((-long, 0), (-0.35, -1.5 * deep), (0.35, -1.2 * deep), (long, 0), n=28)
    body = np.concatenate([back, (back * (1, -0.95))[::-1]])
    fork, fan = rng.uniform(0.72, 0.92), rng.uniform(0.35, 0.55)
    tail = np.array([(0.58, 0), (1.05, -fan), (fork, 0), (1.05, fan)])
    fin = bezier(
        (-0.3, -0.7 * deep), (-0.1, -1.75 * deep), (0.35, -1.3 * deep), (0.42, -0.4 * deep)
    )
    fins = [tail, fin, moved(fin * (0.6, -0.7), 0.05, 0)]
    gill = ribbon(bezier((-0.36, -0.5 * deep), (-0.24, 0), (-0.36, 0.5 * deep)), 0.035, 0.035)
    paddle = moved(ellipse(0.13, 0, 0.16, 0.08), -0.22, 0.12 * deep, angle=0.5)
    patches = [
        *(Patch(points, palette.other(-0.15)) for points in fins),
        Patch(body, palette.main()),
        Patch(
            np.concatenate([back * (0.97, 0.2), (back * (0.97, -0.92))[::-1]]), palette.main(0.25)
        ),
        *_scales(rng, deep, palette),
        Patch(gill, palette.main(-0.45)),
        Patch(paddle, palette.other(-0.35)),
        Patch(ellipse(-0.5, -0.08, 0.085, 0.085), CHALK),
        Patch(ellipse(-0.51, -0.08, 0.045, 0.045), INK),
    ]
    return patches if rng.random() < 0.5 else [Patch(mirrored(p.points), p.fill) for p in patches]


def _scales(rng: Rng, deep: float, palette: Palette) -> list[Patch]:
    """Nothing, stripes across the body, or spots."""
    kind = rng.integers(3)
    if kind == 0:
        return []
    if kind == 1:
        xs = np.linspace(-0.1, 0.45, int(rng.integers(2, 5)))
        tall = 0.8 * deep * (1 - np.abs(xs / 0.75) ** 1.8)
        return [
            Patch(ellipse(x, 0, 0.05, y), palette.other(-0.2))
            for x, y in zip(xs, tall, strict=True)
        ]
    places = rng.uniform((-0.15, -0.45 * deep), (0.45, 0.45 * deep), (int(rng.integers(5, 12)), 2))
    return [Patch(ellipse(x, y, 0.045, 0.045), palette.other(-0.3)) for x, y in places]


def snail(rng: Rng, palette: Palette) -> list[Patch]:
    """A shell with a spiral on a crawling foot; two eyes on stalks."""
    lift, size = rng.uniform(-0.2, 0.05), rng.uniform(0.5, 0.62)
    foot = np.concatenate(
        [
            bezier(
                (0.95, 0.62), (0.3, 0.3), (-0.35, 0.45), (-0.55, 0.1 + lift), (-0.72, -0.15 + lift)
            ),
            bezier((-0.72, -0.15 + lift), (-1.1, -0.1 + lift), (-0.95, 0.35), (-0.7, 0.66)),
        ]
    )
    shell = [(0.12, 0.55 - size)]
    x, y = shell[0]
    patches = [Patch(foot, palette.other(0.25))]
    for tip in (-0.95, -0.62):
        stalk = bezier((-0.78, -0.05 + lift), (tip + 0.05, -0.4 + lift), (tip, -0.55 + lift))
        patches.append(Patch(ribbon(stalk, 0.1, 0.05), palette.other(0.1)))
        patches.append(Patch(ellipse(tip, -0.56 + lift, 0.06, 0.06), INK))
    turns = rng.uniform(2.0, 2.8)
    coil = moved(spiral(turns, size * 0.92, start=-TURN * turns + TURN / 4), x, y)
    patches += [
        Patch(ellipse(x, y, size * 1.04, size), palette.main(-0.35)),
        Patch(ellipse(x - 0.02, y - 0.02, size * 0.97, size * 0.93), palette.main(0.1)),
        Patch(ribbon(coil, 0.03, 0.12), palette.main(-0.55)),
    ]
    return patches if rng.random() < 0.5 else [Patch(mirrored(p.points), p.fill) for p in patches]


def ghost(rng: Rng, palette: Palette) -> list[Patch]:
    """A pale sheet with a wavy hem and two eyes."""
    hem_x = np.linspace(0.6, -0.6, 40)
    hem = np.column_stack(
        [hem_x, 0.85 + 0.1 * np.sin(TURN * 2.5 * hem_x / 1.2 + rng.uniform(0, TURN))]
    )
    head = bezier((-0.6, 0.3), (-0.75, -1.35), (0.75, -1.35), (0.6, 0.3), n=30)
    return [
        Patch(np.concatenate([head, hem]), palette.main(0.8)),
        Patch(ellipse(-0.2, -0.35, 0.09, 0.14), INK),
        Patch(ellipse(0.2, -0.35, 0.09, 0.14), INK),
        Patch(ellipse(0, 0.02, 0.1, 0.12), INK),
    ]
