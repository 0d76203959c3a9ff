"""A classifier on one split of a snapshot: logits of every sample, and what follows from them.

    >>> found = evaluate(classifier, dataset.split("test"))      # doctest: +SKIP
    >>> found.scores.accuracy                                    # doctest: +SKIP
    0.96

Knows arrays, not files: nn.stage reads the snapshot, nn.predict the model.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Protocol

import numpy as np

from nn.arrays import Array
from nn.evaluation.bootstrap import SEED, Interval, intervals
from nn.evaluation.calibration import CalibrationRow, brier, calibration_error, reliability
from nn.evaluation.metrics import ClassRow, Scores, class_table, confusion, scores
from nn.evaluation.temperature import calibrated

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

    @property
    def temperature(self) -> float: ...

    def logits(self, images: Array) -> Array: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class PredictionRow:
    """One line of predictions.csv."""

    sample: str  # id, as in samples.csv
    label: str
    predicted: str
    probability: float  # of the class predicted, 0 to 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a sample came from, as samples.csv has it."""

    group: str  # of its near-duplicates
    page: str  # address of the page it was found on; empty where there is none


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """How far the probabilities of a split can be believed."""

    loss: float  # nats, mean of -log p of the label
    brier: float
    ece: float  # expected calibration error


@dataclass(frozen=True, kw_only=True)
class Evaluation:
    """N samples, judged."""

    classes: tuple[str, ...]
    ids: tuple[str, ...]
    labels: Array  # (N,)
    logits: Array  # (N, K), before the temperature
    temperature: float = 1.0
    sources: Mapping[str, Source] = field(default_factory=dict)  # by id, as far as known

    @cached_property
    def predicted(self) -> Array:
        """The class with the largest logit, the first of equal ones: (N,)."""
        predicted: Array = self.logits.argmax(axis=1)
        return predicted

    @cached_property
    def confidences(self) -> Array:
        """The probability of the class predicted, in float64: (N,)."""
        largest: Array = calibrated(self.logits, self.temperature).max(axis=1)
        return largest

    @cached_property
    def scores(self) -> Scores:
        """Of the probabilities as the model gives them."""
        return scores(self.labels, self.logits.astype(np.float64) / self.temperature)

    @cached_property
    def intervals(self) -> Mapping[str, Interval]:
        """Of the scores that are rates, by name; near-duplicates are drawn together."""
        return intervals(
            self.labels,
            self.predicted,
            self.clusters,
            classes=len(self.classes),
            rng=np.random.default_rng(SEED),
        )

    @property
    def clusters(self) -> Array:
        """The number of each sample's group of near-duplicates, from 0: (N,)."""
        known = self.sources
        names = [known[sample].group if sample in known else sample for sample in self.ids]
        numbers = {name: number for number, name in enumerate(dict.fromkeys(names))}
        return np.array([numbers[name] for name in names], np.int64)

    @cached_property
    def reliability(self) -> list[CalibrationRow]:
        return reliability(self.confidences, self.predicted == self.labels)

    @cached_property
    def trust(self) -> Trust:
        return Trust(
            loss=self.scores.loss,
            brier=brier(self.labels, calibrated(self.logits, self.temperature)),
            ece=calibration_error(self.reliability),
        )

    @cached_property
    def uncalibrated(self) -> "Evaluation":
        """The same without the temperature."""
        return replace(self, temperature=1.0)

    @cached_property
    def matrix(self) -> Array:
        """Samples by label (row) and prediction (column): (K, K)."""
        return confusion(self.labels, self.predicted, classes=len(self.classes))

    @property
    def table(self) -> list[ClassRow]:
        return class_table(self.matrix, self.classes)

    def rows(self) -> Iterator[PredictionRow]:
        """A row for each sample, in the order of the split."""
        columns = zip(self.ids, self.labels, self.predicted, self.confidences, strict=True)
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
        return wrong[np.argsort(-self.confidences[wrong], kind="stable")][:most]


def evaluate(
    classifier: Classifier, split: Split, sources: Mapping[str, Source] | None = None
) -> Evaluation:
    """Classify every sample of a split; `sources` tell where samples came from, by their ids."""
    found = [np.empty((0, len(classifier.classes)), np.float32)]
    for start in range(0, len(split.ids), CHUNK):
        indices = np.arange(start, min(start + CHUNK, len(split.ids)))
        found.append(classifier.logits(split.images(indices)))
    return Evaluation(
        classes=classifier.classes,
        ids=split.ids,
        labels=split.labels,
        logits=np.concatenate(found),
        temperature=classifier.temperature,
        sources=sources or {},
    )
