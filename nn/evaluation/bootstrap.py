"""Intervals of scores by the bootstrap: what other test splits like this one would have shown.

Percentile intervals (Efron and Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13).
Whole clusters of near-duplicates are drawn, not samples: copies of a picture are right or wrong
together, and drawn one by one they would pass for independent evidence and make intervals too
narrow (Davison and Hinkley, Bootstrap Methods and Their Application, 1997, section 3.8).
Where nothing is wrong no draw can hold a mistake, and the interval is a point: `rule_of_three`
then says more.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields

import numpy as np

from nn.arrays import Array
from nn.evaluation.metrics import Rates, counted, rates

RESAMPLES = 2000
LEVEL = 0.95
SEED = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """Two ends between which LEVEL of the resampled scores lie; NaN where nothing is known."""

    low: float = float("nan")
    high: float = float("nan")


def rule_of_three(clusters: int) -> float:
    """The largest share of mistakes that is likely where n independent clusters hold none: 3 / n.

    With a larger one there would have been a mistake in 95 of 100 such splits: (1 - 3 / n)^n is
    about e^-3 = 0.05. Hanley and Lippman-Hand, If Nothing Goes Wrong, Is Everything All Right?,
    1983.
    """
    return min(1.0, 3 / clusters)


def intervals(
    labels: Array,
    predicted: Array,
    clusters: Array,
    *,
    classes: int,
    rng: np.random.Generator,
    resamples: int = RESAMPLES,
) -> Mapping[str, Interval]:
    """An interval for each field of Rates, from labels and predictions (N,) int.

    `clusters` (N,) numbers the cluster of each sample from 0 on. As many clusters as there are
    are drawn with replacement, `resamples` times. From fewer than two nothing is known.
    """
    names = [field.name for field in fields(Rates)]
    count = int(clusters.max(initial=-1)) + 1
    if count < 2:
        return {name: Interval() for name in names}
    found = np.empty((resamples, len(names)))
    for row in found:
        times = np.bincount(rng.integers(0, count, count), minlength=count)
        drawn = counted(labels, predicted, classes=classes, weights=times[clusters])
        row[:] = list(asdict(rates(drawn)).values())
    outside = (1 - LEVEL) / 2
    low, high = np.quantile(found, (outside, 1 - outside), axis=0)
    return {
        name: Interval(low=float(a), high=float(b))
        for name, a, b in zip(names, low, high, strict=True)
    }
