"""Gradient clipping: a bound on the length of the gradient, or on each of its numbers."""

import numpy as np

from nn.arrays import Array


def clip_norm(g: Array, largest: float) -> float:
    """Shorten g (P,) in place to the norm `largest` where it is longer; return its norm before.

    g <- g * min(1, largest / |g|)    (arXiv 1211.5063)

    >>> g = np.array([3.0, 4.0])
    >>> clip_norm(g, 1.0), g.tolist()
    (5.0, [0.6000000000000001, 0.8])
    """
    norm = float(np.linalg.norm(g))
    if norm > largest:
        g *= largest / norm
    return norm


def clip_value(g: Array, largest: float) -> None:
    """Bring every number of g (P,), in place, between -largest and largest.

    >>> g = np.array([3.0, -0.5, -4.0])
    >>> clip_value(g, 1.0)
    >>> g.tolist()
    [1.0, -0.5, -1.0]
    """
    np.clip(g, -largest, largest, out=g)
