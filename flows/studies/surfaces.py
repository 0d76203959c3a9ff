"""Surfaces to walk down: a valley, a saddle and a double well; and the walks of optimizers.

An optimizer moves every number by itself, so that many walkers are one vector.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from flows.studies.pictures import Window
from nn.arrays import Array
from nn.optim import OPTIMIZERS

FAR = 1e6  # from there nobody comes back
WALKERS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Surface:
    """A height over the plane, where walks begin, and when one has arrived."""

    height: Callable[[Array], Array]  # (..., 2) -> (...)
    slope: Callable[[Array], Array]  # (..., 2) -> (..., 2)
    starts: Callable[[np.random.Generator], Array]  # -> (WALKERS, 2)
    arrived: Callable[[Array], Array]  # (..., 2) -> (...) bool
    window: Window


def _valley(p: Array) -> Array:
    """(x^2 + 100 y^2) / 2: a hundred times as steep across as along."""
    return np.asarray((p[..., 0] ** 2 + 100 * p[..., 1] ** 2) / 2)


def _valley_slope(p: Array) -> Array:
    return np.asarray(p * np.array([1.0, 100.0]))


def _valley_starts(rng: np.random.Generator) -> Array:
    signs = rng.choice([-1.0, 1.0], (WALKERS, 2))
    return np.asarray(signs * rng.uniform(0.5, 1.0, (WALKERS, 2)))


def _saddle(p: Array) -> Array:
    """(x^2 - y^2) / 2 + y^4 / 4: flat at (0, 0), lowest at y = -1 and 1."""
    x, y = p[..., 0], p[..., 1]
    return np.asarray((x**2 - y**2) / 2 + y**4 / 4)


def _saddle_slope(p: Array) -> Array:
    x, y = p[..., 0], p[..., 1]
    return np.stack([x, y**3 - y], axis=-1)


def _saddle_starts(rng: np.random.Generator) -> Array:
    """On the ridge that leads to the saddle, a ten-thousandth beside it."""
    x = rng.uniform(0.5, 1.5, WALKERS)
    return np.stack([x, 1e-4 * rng.choice([-1.0, 1.0], WALKERS)], axis=-1)


def _wells(p: Array) -> Array:
    """x^4 / 4 - x^2 / 2 + x / 10 + y^2 / 2: two wells, the deeper one at x = -1.05."""
    x, y = p[..., 0], p[..., 1]
    return np.asarray(x**4 / 4 - x**2 / 2 + x / 10 + y**2 / 2)


def _wells_slope(p: Array) -> Array:
    x, y = p[..., 0], p[..., 1]
    return np.stack([x**3 - x + 0.1, y], axis=-1)


def _wells_starts(rng: np.random.Generator) -> Array:
    return rng.uniform(-2.0, 2.0, (WALKERS, 2))


SURFACES = {
    "valley": Surface(
        height=_valley,
        slope=_valley_slope,
        starts=_valley_starts,
        arrived=lambda p: _valley(p) < 1e-5,
        window=Window(-1.1, 1.1, -1.1, 1.1),
    ),
    "saddle": Surface(
        height=_saddle,
        slope=_saddle_slope,
        starts=_saddle_starts,
        arrived=lambda p: _saddle(p) < -0.2,
        window=Window(-1.6, 1.6, -1.3, 1.3),
    ),
    "wells": Surface(
        height=_wells,
        slope=_wells_slope,
        starts=_wells_starts,
        arrived=lambda p: (np.abs(p[..., 0] + 1.05) < 0.1) & (np.abs(p[..., 1]) < 0.1),
        window=Window(-2.1, 2.1, -2.1, 2.1),
    ),
}


def walk(surface: Surface, optimizer: str, lr: float, start: Array, steps: int) -> Array:
    """Walks of one optimizer from some places: (M, 2) -> (steps + 1, M, 2).

    Whoever goes beyond FAR stays there.
    """
    p = start.astype(float).ravel()
    rule = OPTIMIZERS[optimizer](np.zeros_like(p))
    path = np.empty((steps + 1, *start.shape))
    path[0] = start
    for step in range(steps):
        rule.step(p, surface.slope(p.reshape(start.shape)).ravel(), lr)
        np.clip(p, -FAR, FAR, out=p)
        path[step + 1] = p.reshape(start.shape)
    return path


def arrival(surface: Surface, path: Array) -> Array:
    """The step at which each walk arrives for good, inf where it does not: (T, M, 2) -> (M,)."""
    there = surface.arrived(path)
    stays = np.logical_and.accumulate(there[::-1])[::-1]
    return np.where(stays.any(axis=0), stays.argmax(axis=0).astype(float), np.inf)
