"""Which labels are likely to be wrong, told by the other pictures and their labels alone.

A ridge regression from looks to classes is asked about each picture as if it had learned from all
others: for a linear fit that needs no second fit (the residual over one minus the leverage; Cook
and Weisberg, Residuals and Influence in Regression, 1982). A picture whose own class is not the
one it looks like is suspect, the more the clearer.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dataset.pictures.look import Features

PENALTY = 0.1  # times the mean square of a feature: measured on photos with labels turned around
BLOCK = 4096  # rows whose leverage is computed at once
DIGITS = 6  # of a suspicion: so few that the order does not tell how a sum was split among threads


@dataclass(frozen=True, slots=True)
class Suspicion:
    """For each of N pictures how suspect its label is, and the class it looks like instead."""

    strength: NDArray[np.float64]  # (N,), above 0 where another class fits better than its own
    instead: NDArray[np.intp]  # (N,), the best fitting of the other classes


def suspect(features: Features, labels: NDArray[np.integer[Any]], classes: int) -> Suspicion:
    """Judge the labels: (N, F), (N,) of 0 .. classes - 1, of which there are at least two."""
    fits = leave_one_out(features, labels, classes)
    everyone = np.arange(len(labels))
    own = fits[everyone, labels]
    fits[everyone, labels] = -np.inf
    instead = fits.argmax(axis=1)
    return Suspicion(np.round(fits[everyone, instead] - own, DIGITS), instead)


def leave_one_out(
    features: Features, labels: NDArray[np.integer[Any]], classes: int
) -> NDArray[np.float64]:
    """How well each class fits each picture by all others: (N, F), (N,) -> (N, classes).

    Every class weighs the square root of its size, so that a large one does not swallow a small.
    """
    x = np.hstack([features, np.ones((len(features), 1), np.float32)]).astype(np.float64)
    truth = np.eye(classes)[labels]
    weights = np.bincount(labels, minlength=classes)[labels].astype(np.float64) ** -0.5
    weights *= len(labels) / weights.sum()
    weighted = x * weights[:, None]
    gram = weighted.T @ x
    gram[np.diag_indices_from(gram)] += PENALTY * np.trace(gram) / len(gram)
    inverse = np.linalg.inv(gram)
    fits = x @ (inverse @ (weighted.T @ truth))
    leverage = np.empty(len(x))
    for start in range(0, len(x), BLOCK):
        rows = x[start : start + BLOCK]
        leverage[start : start + BLOCK] = ((rows @ inverse) * rows).sum(axis=1)
    leverage = (leverage * weights)[:, None]
    left_out: NDArray[np.float64] = (fits - leverage * truth) / (1 - leverage)
    return left_out
