"""A classifier on one split of a snapshot: logits of every sample, and what follows from them.

    >>> found = evaluate(classifier, dataset.split("test"))      # doctest: +SKIP
    >>> found.scores.accuracy                                    # doctest: +SKIP
    0.96

Knows arrays, not files: nn.stage reads the snapshot, nn.predict the model.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Protocol

import numpy as np

from nn.arrays import Array
from nn.evaluation.metrics import ClassRow, Scores, class_table, confusion, scores
from nn.ops.softmax import softmax

CHUNK = 256  # samples in memory at once


class Split(Protocol):
    """What is read of a split of a snapshot (dataset.store has it)."""

    @property
    def ids(self) -> tuple[str, ...]: ...

    @property
    def labels(self) -> Array: ...

    def images(self, indices: Array) -> Array: ...


class Classifier(Protocol):
    """What is used of a classifier (nn.predict has it)."""

    @property
    def classes(self) -> tuple[str, ...]: ...

    def logits(self, images: Array) -> Array: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class PredictionRow:
    """One line of predictions.csv."""

    sample: str  # id, as in samples.csv
    label: str
    predicted: str
    probability: float  # of the class predicted, 0 to 1


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricRow:
    """One line of what `deeprunning evaluate` prints; an empty label means all classes."""

    metric: str
    label: str
    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """N samples, judged."""

    classes: tuple[str, ...]
    ids: tuple[str, ...]
    labels: Array  # (N,)
    logits: Array  # (N, K)

    @property
    def predicted(self) -> Array:
        """The class with the largest logit, the first of equal ones: (N,)."""
        predicted: Array = self.logits.argmax(axis=1)
        return predicted

    @property
    def probabilities(self) -> Array:
        """Of the class predicted, by softmax in float64: (N,)."""
        largest: Array = softmax(self.logits.astype(np.float64)).max(axis=1)
        return largest

    @property
    def scores(self) -> Scores:
        return scores(self.labels, self.logits)

    @property
    def matrix(self) -> Array:
        """Samples by label (row) and prediction (column): (K, K)."""
        return confusion(self.labels, self.predicted, classes=len(self.classes))

    @property
    def table(self) -> list[ClassRow]:
        return class_table(self.matrix, self.classes)

    def rows(self) -> Iterator[PredictionRow]:
        """A row for each sample, in the order of the split."""
        columns = zip(self.ids, self.labels, self.predicted, self.probabilities, strict=True)
        for sample, label, predicted, probability in columns:
            yield PredictionRow(
                sample=sample,
                label=self.classes[label],
                predicted=self.classes[predicted],
                probability=float(probability),
            )

    def mistakes(self, most: int) -> Array:
        """Indices of wrong predictions, the most confident first."""
        wrong = np.flatnonzero(self.predicted != self.labels)
        return wrong[np.argsort(-self.probabilities[wrong], kind="stable")][:most]


def evaluate(classifier: Classifier, split: Split) -> Evaluation:
    """Classify every sample of a split."""
    found = [np.empty((0, len(classifier.classes)), np.float32)]
    for start in range(0, len(split.ids), CHUNK):
        indices = np.arange(start, min(start + CHUNK, len(split.ids)))
        found.append(classifier.logits(split.images(indices)))
    return Evaluation(
        classes=classifier.classes,
        ids=split.ids,
        labels=split.labels,
        logits=np.concatenate(found),
    )


def metric_rows(found: Evaluation) -> Iterator[MetricRow]:
    """The scores of all classes together, then of each."""
    yield MetricRow(metric="samples", label="", value=len(found.ids))
    for metric, value in asdict(found.scores).items():
        yield MetricRow(metric=metric, label="", value=value)
    for row in found.table:
        for metric, value in asdict(row).items():
            if metric != "label":
                yield MetricRow(metric=metric, label=row.label, value=value)
