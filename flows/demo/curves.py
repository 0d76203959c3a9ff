"""Outlines of flat shapes that fill the unit disc, as points (P, 2): x to the right, y down.

Pure geometry; knows no colours and no pixels.
"""

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

Points = NDArray[np.float64]  # (P, 2)

TURN = 2 * math.pi  # angles are in radians, clockwise as y points down


def ellipse(x: float, y: float, rx: float, ry: float) -> Points:
    """An ellipse with half axes rx and ry around (x, y): (32, 2)."""
    t = np.linspace(0, TURN, 32, endpoint=False)
    return np.column_stack([x + rx * np.cos(t), y + ry * np.sin(t)])


def polar(radii: ArrayLike) -> Points:
    """A closed outline around the origin through `radii` (P,) at even angles: (P, 2)."""
    r = np.asarray(radii, dtype=np.float64)
    t = np.linspace(0, TURN, len(r), endpoint=False)
    return np.column_stack([r * np.cos(t), r * np.sin(t)])


def bezier(*control: tuple[float, float], n: int = 16) -> Points:
    """The Bézier curve of as many control points as are given, ends included: (n, 2)."""
    t = np.linspace(0, 1, n)[:, None]
    degree = len(control) - 1
    weights = [math.comb(degree, i) * t**i * (1 - t) ** (degree - i) for i in range(degree + 1)]
    curve: Points = np.hstack(weights) @ np.array(control)
    return curve


def spiral(turns: float, radius: float, start: float = 0.0, n: int = 60) -> Points:
    """An Archimedean spiral from the origin out to `radius`: (n, 2)."""
    t = np.linspace(0, 1, n)
    angle = start + TURN * turns * t
    curve: Points = radius * t[:, None] * np.column_stack([np.cos(angle), np.sin(angle)])
    return curve


def ribbon(path: Points, first: float, last: float) -> Points:
    """The outline of a stroke along `path` (P, 2), its width going from first to last: (2 P, 2)."""
    along = np.gradient(path, axis=0)
    along /= np.maximum(np.linalg.norm(along, axis=1, keepdims=True), 1e-9)
    across = along[:, ::-1] * (-1, 1) * np.linspace(first, last, len(path))[:, None] / 2
    return np.concatenate([path + across, (path - across)[::-1]])


def moved(
    points: Points, x: float = 0, y: float = 0, *, angle: float = 0.0, scale: float = 1.0
) -> Points:
    """Points (P, 2) scaled and turned about the origin, then moved by (x, y)."""
    cos, sin = math.cos(angle), math.sin(angle)
    turned = points @ np.array([[cos, sin], [-sin, cos]])
    there: Points = scale * turned + np.array((x, y))
    return there


def closed(curve: Points, mirror: tuple[float, float] = (-1, 1)) -> Points:
    """The outline along a curve (P, 2) and back along its mirror image: (2 P, 2)."""
    return np.vstack([curve, (curve * mirror)[::-1]])


def mirrored(points: Points) -> Points:
    """Points (P, 2) with left and right exchanged."""
    return points * (-1, 1)
