"""Animals as patches of paint: butterfly, fish and snail; and a ghost that nobody may fetch."""

import numpy as np

from flows.demo.curves import TURN, Points, bezier, closed, ellipse, mirrored, moved, ribbon, spiral
from flows.demo.palette import Colour, Palette
from flows.demo.patch import Patch, reshaped

Rng = np.random.Generator

INK = (28, 24, 30)
CHALK = (244, 242, 236)


def butterfly(rng: Rng, palette: Palette) -> list[Patch]:
    """Two pairs of wings with borders and spots, more or less open; a body with feelers."""
    tip, tail = rng.uniform(-0.95, -0.7), rng.uniform(0.65, 0.95)
    fore = bezier((0, -0.05), (0.3, 1.5 * tip), (1.5, tip - 0.3), (0.95, 0.05), (0, 0.1), n=30)
    hind = bezier((0, 0), (1.3, 0.05), (0.85, 1.4 * tail), (0.15, tail), (0, 0.15), n=30)
    wings = [
        *_wing(rng, hind, palette.other(-0.05), palette.main(-0.6), palette.main(0.5)),
        *_wing(rng, fore, palette.main(), palette.main(-0.6), palette.other(0.6)),
    ]
    spread = rng.uniform(0.8, 1.25), 1.15
    feeler = ribbon(bezier((0.02, -0.45), (0.1, -0.75), (0.35, -0.9)), 0.02, 0.05)
    half = [*reshaped(wings, lambda points: points * spread), Patch(feeler, INK)]
    body = ellipse(0, 0.02, 0.065, 0.45), ellipse(0, -0.42, 0.085, 0.1)
    return [*half, *reshaped(half, mirrored), *(Patch(points, INK) for points in body)]


def _wing(rng: Rng, outline: Points, fill: Colour, rim: Colour, spot: Colour) -> list[Patch]:
    """A wing with a rim around it and up to three spots between its middle and its edge."""
    middle = outline.mean(axis=0)
    edge = outline[rng.integers(8, 24, int(rng.integers(0, 4)))]
    places = middle + rng.uniform(0.1, 0.6) * (edge - middle)
    spots = [ellipse(x, y, *rng.uniform(0.04, 0.12, 2)) for x, y in places]
    inner = middle + 0.8 * (outline - middle)
    return [Patch(outline, rim), Patch(inner, fill), *(Patch(points, spot) for points in spots)]


def fish(rng: Rng, palette: Palette) -> list[Patch]:
    """A body like a lens, a forked tail, fins, a gill and an eye; plain, striped or spotted."""
    deep = rng.uniform(0.34, 0.6)
    back = bezier((-0.72, 0), (-0.35, -1.5 * deep), (0.35, -1.2 * deep), (0.72, 0), n=28)
    belly = np.vstack([back * (0.97, 0.2), (back * (0.97, -0.92))[::-1]])
    gill = ribbon(bezier((-0.36, -0.5 * deep), (-0.24, 0), (-0.36, 0.5 * deep)), 0.035, 0.035)
    paddle = moved(ellipse(0.13, 0, 0.16, 0.08), -0.22, 0.12 * deep, angle=0.5)
    return [
        *_fins(rng, deep, palette.other(-0.15)),
        Patch(closed(back, (1, -0.95)), palette.main()),
        Patch(belly, palette.main(0.25)),
        *_scales(rng, deep, palette),
        Patch(gill, palette.main(-0.45)),
        Patch(paddle, palette.other(-0.35)),
        Patch(ellipse(-0.5, -0.08, 0.085, 0.085), CHALK),
        Patch(ellipse(-0.51, -0.08, 0.045, 0.045), INK),
    ]


def _fins(rng: Rng, deep: float, fill: Colour) -> list[Patch]:
    """The tail, and a fin on the back and one below."""
    fork, fan = rng.uniform(0.72, 0.92), rng.uniform(0.35, 0.55)
    tail = np.array([(0.58, 0), (1.05, -fan), (fork, 0), (1.05, fan)])
    fin = bezier((-0.3, -0.7), (-0.1, -1.75), (0.35, -1.3), (0.42, -0.4)) * (1, deep)
    return [Patch(points, fill) for points in (tail, fin, moved(fin * (0.6, -0.7), 0.05))]


def _scales(rng: Rng, deep: float, palette: Palette) -> list[Patch]:
    """Nothing, stripes across the body, or spots."""
    match rng.integers(3):
        case 0:
            return []
        case 1:
            xs = np.linspace(-0.1, 0.45, int(rng.integers(2, 5)))
            stripes = [ellipse(x, 0, 0.05, 0.8 * deep * (1 - abs(x / 0.75) ** 1.8)) for x in xs]
            return [Patch(stripe, palette.other(-0.2)) for stripe in stripes]
    places = rng.uniform((-0.15, -0.45), (0.45, 0.45), (int(rng.integers(5, 12)), 2)) * (1, deep)
    return [Patch(ellipse(x, y, 0.045, 0.045), palette.other(-0.3)) for x, y in places]


def snail(rng: Rng, palette: Palette) -> list[Patch]:
    """A shell with a spiral on a crawling foot; two eyes on stalks."""
    neck = rng.uniform(-0.35, -0.1)  # how high it holds its head
    back = bezier((0.95, 0.62), (0.3, 0.3), (-0.35, 0.45), (-0.55, neck + 0.25), (-0.72, neck))
    front = bezier((-0.72, neck), (-1.1, neck + 0.05), (-0.95, 0.35), (-0.7, 0.66))
    return [
        Patch(np.vstack([back, front]), palette.other(0.25)),
        *_eye(-0.95, neck, palette),
        *_eye(-0.62, neck, palette),
        *_shell(rng, palette),
    ]


def _eye(x: float, neck: float, palette: Palette) -> list[Patch]:
    stalk = bezier((-0.78, neck + 0.1), (x + 0.05, neck - 0.25), (x, neck - 0.4))
    eye = ellipse(x, neck - 0.41, 0.06, 0.06)
    return [Patch(ribbon(stalk, 0.1, 0.05), palette.other(0.1)), Patch(eye, INK)]


def _shell(rng: Rng, palette: Palette) -> list[Patch]:
    size, turns = rng.uniform(0.5, 0.62), rng.uniform(2.0, 2.8)
    x, y = 0.12, 0.55 - size
    coil = spiral(turns, 0.92 * size, start=TURN * (0.25 - turns))  # ends below, on the foot
    return [
        Patch(ellipse(x, y, 1.04 * size, size), palette.main(-0.35)),
        Patch(ellipse(x - 0.02, y - 0.02, 0.97 * size, 0.93 * size), palette.main(0.1)),
        Patch(moved(ribbon(coil, 0.03, 0.12), x, y), palette.main(-0.55)),
    ]


def ghost(rng: Rng, palette: Palette) -> list[Patch]:
    """A pale sheet with a wavy hem and two eyes."""
    x = np.linspace(0.6, -0.6, 40)
    hem = np.column_stack([x, 0.85 + 0.1 * np.sin(TURN * 2 * x + rng.uniform(0, TURN))])
    head = bezier((-0.6, 0.3), (-0.75, -1.35), (0.75, -1.35), (0.6, 0.3), n=30)
    return [
        Patch(np.vstack([head, hem]), palette.main(0.8)),
        Patch(ellipse(-0.2, -0.35, 0.09, 0.14), INK),
        Patch(ellipse(0.2, -0.35, 0.09, 0.14), INK),
        Patch(ellipse(0, 0.02, 0.1, 0.12), INK),
    ]
