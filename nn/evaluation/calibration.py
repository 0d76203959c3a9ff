"""Calibration: whether, of what a network is 80 % sure of, 80 % is right."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nn.arrays import Array

BINS = 15  # of equal width, as in Guo et al. 2017: so figures compare with published ones


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibrationRow:
    """One line of calibration.csv: the samples whose confidence lies in one bin.

    Confidence is the probability of the class predicted.
    """

    above: float  # edges of the bin: above < confidence <= to
    to: float
    samples: int
    confidence: float  # the mean; NaN without samples
    accuracy: float  # the share that is right; NaN without samples


def reliability(confidences: Array, right: Array) -> list[CalibrationRow]:
    """BINS rows, from confidences (N,) in 0 to 1 and whether each prediction is right (N,)."""
    edges = np.linspace(0, 1, BINS + 1)
    places = np.clip(np.searchsorted(edges, confidences, side="left") - 1, 0, BINS - 1)
    counts = np.bincount(places, minlength=BINS)
    with np.errstate(invalid="ignore"):  # 0 / 0 in an empty bin is not known
        means = np.bincount(places, confidences, BINS) / counts
        shares = np.bincount(places, right.astype(np.float64), BINS) / counts
    columns = zip(edges[:-1], edges[1:], counts, means, shares, strict=True)
    return [
        CalibrationRow(
            above=float(above),
            to=float(to),
            samples=int(samples),
            confidence=float(confidence),
            accuracy=float(accuracy),
        )
        for above, to, samples, confidence, accuracy in columns
    ]


def calibration_error(rows: Sequence[CalibrationRow]) -> float:
    """The expected calibration error, a fraction; NaN without samples.

    ECE = sum over bins of n / N * |accuracy - confidence|

    Naeini et al., Obtaining Well Calibrated Probabilities Using Bayesian Binning, 2015. Chance
    alone makes it larger than 0, the more so the fewer samples there are.
    """
    held = [row for row in rows if row.samples]
    total = sum(row.samples for row in held)
    if not total:
        return float("nan")
    return sum(row.samples * abs(row.accuracy - row.confidence) for row in held) / total


def brier(labels: Array, probabilities: Array) -> float:
    """The mean of sum over K of (p - one_hot(label))^2: 0 to 2; (N,), (N, K). NaN without samples.

    Brier, Verification of Forecasts Expressed in Terms of Probability, 1950.
    """
    if not len(labels):
        return float("nan")
    off = probabilities.copy()
    off[np.arange(len(labels)), labels] -= 1
    return float(np.square(off).sum(axis=1).mean())
