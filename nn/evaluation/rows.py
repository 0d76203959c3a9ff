"""The table that `deeprunning evaluate` prints: a figure a row, with its interval where it has one."""

import math
from collections.abc import Iterator
from dataclasses import asdict, dataclass

from nn.evaluation.bootstrap import Interval
from nn.evaluation.evaluate import Evaluation

UNCALIBRATED = "uncalibrated_"  # before the names of figures at temperature 1


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricRow:
    """One line; an empty label means all classes."""

    metric: str
    label: str
    value: float
    low: float = math.nan  # ends of the interval
    high: float = math.nan


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


def split_scores(found: Evaluation) -> dict[str, float]:
    """Every score of all classes together, by name."""
    return asdict(found.scores) | asdict(found.trust)
