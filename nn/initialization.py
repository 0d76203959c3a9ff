"""First weights by the names of their spreads, which are to keep signals alive.

The last axis of a weight counts the units; n, the inputs of a unit, is the product of the others;
m is the number of places an input is used in, for a kernel its pixels times the units. Weights are
float64, to be cast.
"""

import difflib
import math
import re
from collections.abc import Callable
from functools import partial
from typing import TypeAlias

import numpy as np

from nn.arrays import Array, Shape
from nn.errors import ArchitectureError

Initialiser: TypeAlias = Callable[[Shape, np.random.Generator], Array]

NORMAL = re.compile(r"normal\(((?:\d{1,3}|\d{0,3}\.\d{1,12})(?:e-\d{1,2})?)\)")


def initialiser(name: str) -> Initialiser:
    """The initialiser of a name such as he_normal or normal(0.01).

    Raises ArchitectureError for any other, naming the nearest.
    """
    if found := NORMAL.fullmatch(name):
        return partial(normal, std=float(found[1]))
    if name in INITIALISERS:
        return INITIALISERS[name]
    known = [*INITIALISERS, "normal(std)"]
    near = difflib.get_close_matches(name, known, 1, cutoff=0)
    raise ArchitectureError(f"no initialiser is called {name!r}; did you mean {near[0]}?")


def zeros(shape: Shape, rng: np.random.Generator) -> Array:
    """0: all units of a layer compute the same and learn the same, so that they never differ."""
    return np.zeros(shape)


def normal(shape: Shape, rng: np.random.Generator, *, std: float) -> Array:
    """N(0, std^2)."""
    return rng.standard_normal(shape) * std


def xavier_uniform(shape: Shape, rng: np.random.Generator) -> Array:
    """U(-a, a), a = sqrt(6 / (n + m)): a variance of 2 / (n + m).

    Glorot and Bengio 2010, equation 16.
    """
    return _uniform(shape, rng, 2 / sum(fans(shape)))


def xavier_normal(shape: Shape, rng: np.random.Generator) -> Array:
    """N(0, 2 / (n + m)). Glorot and Bengio 2010, equation 12."""
    return normal(shape, rng, std=math.sqrt(2 / sum(fans(shape))))


def xavier_fan_in(shape: Shape, rng: np.random.Generator) -> Array:
    """N(0, 1 / n), which keeps the variance of a linear layer; often called Xavier's for short."""
    return normal(shape, rng, std=math.sqrt(1 / fans(shape)[0]))


def he_uniform(shape: Shape, rng: np.random.Generator) -> Array:
    """U(-a, a), a = sqrt(6 / n): a variance of 2 / n, as he_normal."""
    return _uniform(shape, rng, 2 / fans(shape)[0])


def he_normal(shape: Shape, rng: np.random.Generator) -> Array:
    """N(0, 2 / n): ReLU halves the variance, the 2 restores it.

    He et al. 2015, arXiv 1502.01852, equation 10.
    """
    return normal(shape, rng, std=math.sqrt(2 / fans(shape)[0]))


def orthogonal(shape: Shape, rng: np.random.Generator) -> Array:
    """A random matrix (n, units) with orthonormal columns, or rows where there are fewer of them.

    Saxe et al. 2013, arXiv 1312.6120. Q of a QR decomposition of normal numbers; with the signs of
    R's diagonal it is evenly spread over all such matrices.
    """
    n, units = fans(shape)[0], shape[-1]
    q, r = np.linalg.qr(rng.standard_normal((max(n, units), min(n, units))))
    q *= np.sign(np.diag(r))
    return (q if n >= units else q.T).reshape(shape)


def fans(shape: Shape) -> tuple[int, int]:
    """n and m of a weight (C, D) or (K, L, C, D).

    >>> fans((3, 3, 16, 32))
    (144, 288)
    """
    return math.prod(shape[:-1]), math.prod(shape[:-2]) * shape[-1]


def _uniform(shape: Shape, rng: np.random.Generator, variance: float) -> Array:
    edge = math.sqrt(3 * variance)
    return rng.uniform(-edge, edge, shape)


INITIALISERS: dict[str, Initialiser] = {
    each.__name__: each
    for each in (
        zeros,
        xavier_uniform,
        xavier_normal,
        xavier_fan_in,
        he_uniform,
        he_normal,
        orthogonal,
    )
}
