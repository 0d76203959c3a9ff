"""Tables of an evaluation: what `deeprunning evaluate` prints, and the cells of the confusion."""

import math
from collections.abc import Iterator
from dataclasses import asdict, dataclass

import numpy as np

from nn.evaluation.bootstrap import Interval
from nn.evaluation.evaluate import Evaluation
from nn.evaluation.facts import split_scores

UNCALIBRATED = "uncalibrated_"  # before the names of figures at temperature 1


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricRow:
    """One line of what is printed; an empty label means all classes."""

    metric: str
    label: str
    value: float
    low: float = math.nan  # ends of the interval
    high: float = math.nan


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfusionRow:
    """One line of confusion.csv: a cell of the matrix that is not empty."""

    label: str
    predicted: str
    samples: int


def metric_rows(found: Evaluation) -> Iterator[MetricRow]:
    """The scores of all classes together, then of each."""
    yield MetricRow(metric="samples", label="", value=len(found.ids))
    for metric, value in split_scores(found).items():
        ends = found.intervals.get(metric, Interval())
        yield MetricRow(metric=metric, label="", value=value, low=ends.low, high=ends.high)
    yield MetricRow(metric="temperature", label="", value=found.temperature)
    for metric, value in asdict(found.uncalibrated.trust).items():
        yield MetricRow(metric=f"{UNCALIBRATED}{metric}", label="", value=value)
    for row in found.table:
        for metric, value in asdict(row).items():
            if metric != "label":
                yield MetricRow(metric=metric, label=row.label, value=value)


def confusion_rows(found: Evaluation) -> Iterator[ConfusionRow]:
    """The cells of the matrix that hold samples, row by row."""
    for label, predicted in np.argwhere(found.matrix).tolist():
        yield ConfusionRow(
            label=found.classes[label],
            predicted=found.classes[predicted],
            samples=int(found.matrix[label, predicted]),
        )
