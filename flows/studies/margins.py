"""Margins: when a difference between two groups of runs is more than chance."""

import numpy as np

from nn.arrays import Array


def apart(low: Array, high: Array, factor: float) -> bool:
    """Whether every seed of `high` is more than `factor` times every seed of `low`.

    >>> apart(np.array([1.0, 2.0]), np.array([21.0, 30.0]), 10)
    True
    """
    return bool(np.max(low) * factor < np.min(high))


def gained(before: Array, after: Array, *, margin: float = 0.0) -> bool:
    """Whether `after` is above `before` by more than `margin`, two standard errors allowed for.

    The two are of the same seeds in the same order, so that their differences are compared:
    mean(d) - 2 std(d) / sqrt(n) > margin.

    >>> gained(np.array([0.70, 0.72, 0.71]), np.array([0.75, 0.78, 0.76]))
    True
    >>> gained(np.array([0.70, 0.72, 0.71]), np.array([0.75, 0.68, 0.71]))
    False
    """
    d = after - before
    error = d.std(ddof=1) / np.sqrt(d.size) if d.size > 1 else 0.0
    return bool(d.mean() - 2 * error > margin)


def kept(before: Array, after: Array, *, loss: float = 0.01) -> bool:
    """Whether the mean of `after` is not below that of `before` by more than `loss`.

    >>> kept(np.array([0.70, 0.72]), np.array([0.72, 0.69]))
    True
    """
    return bool(after.mean() >= before.mean() - loss)
