"""What metrics.json tells of a split: scores, their intervals, and what calibration changed."""

import math
from dataclasses import asdict
from typing import Any

from nn.evaluation.bootstrap import LEVEL, RESAMPLES, SEED, rule_of_three
from nn.evaluation.calibration import BINS
from nn.evaluation.evaluate import Evaluation


def split_scores(found: Evaluation) -> dict[str, float]:
    """Every score of all classes together, by name."""
    return asdict(found.scores) | asdict(found.trust)


def uncertainty(found: Evaluation) -> dict[str, Any]:
    """The intervals of the scores and how they were made, for metrics.json."""
    clusters = int(found.clusters.max(initial=-1)) + 1
    return {
        "intervals": {name: known(asdict(ends)) for name, ends in found.intervals.items()},
        "bootstrap": {
            "method": "percentile",
            "level": LEVEL,
            "resamples": RESAMPLES,
            "seed": SEED,
            "clusters": clusters,
            "at_most_wrong": rule_of_three(clusters) if found.scores.accuracy == 1 else None,
        },
        "bins": BINS,
        "temperature": found.temperature,
    }


def scores_of(found: Evaluation) -> dict[str, float | None]:
    """The scores of a split as JSON."""
    return known(split_scores(found))


def uncalibrated(found: Evaluation) -> dict[str, float | None]:
    """What the temperature changes, as it is without it."""
    return known(asdict(found.uncalibrated.trust))


def known(values: dict[str, float]) -> dict[str, float | None]:
    """The values; null where nothing is known."""
    return {name: None if math.isnan(value) else value for name, value in values.items()}
