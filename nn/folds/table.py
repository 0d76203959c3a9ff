"""Out-of-fold predictions: what each sample is taken for by the one network that never saw it."""

import statistics
from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict, dataclass, replace

import numpy as np

from nn.evaluation.evaluate import Evaluation
from nn.evaluation.temperature import calibrated


@dataclass(frozen=True, slots=True, kw_only=True)
class FoldRow:
    """One line of folds.csv."""

    sample: str  # id, as in samples.csv
    label: str
    predicted: str
    probability: float  # of the class predicted, 0 to 1
    label_probability: float  # of the label, 0 to 1
    margin: float  # of the label over the likeliest other class, -1 to 1
    fold: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SuspectRow:
    """One line of suspects.csv, the most suspect first; all samples are in it."""

    sample: str
    label: str
    predicted: str
    probability: float  # of the class predicted
    suspicion: float  # 1 - label_probability of folds.csv, 0 to 1


def among(found: Evaluation, members: Collection[str]) -> Evaluation:
    """What was found of the samples that are members; an official test split has others too."""
    kept = np.array([sample in members for sample in found.ids], bool)
    return replace(
        found,
        ids=tuple(sample for sample in found.ids if sample in members),
        labels=found.labels[kept],
        logits=found.logits[kept],
    )


def fold_rows(found: Evaluation, fold: int) -> Iterator[FoldRow]:
    """A row for each sample of the fold, in the order of its test split."""
    everyone = np.arange(len(found.ids))
    others = calibrated(found.logits, found.temperature)
    own = others[everyone, found.labels]
    others[everyone, found.labels] = 0
    columns = zip(found.rows(), own.tolist(), (own - others.max(axis=1)).tolist(), strict=True)
    for row, probability, margin in columns:
        yield FoldRow(**asdict(row), label_probability=probability, margin=margin, fold=fold)


def suspects(rows: Sequence[FoldRow]) -> list[SuspectRow]:
    """The labels that are least believed first: by self-confidence (arXiv 1911.00068).

    On photos with labels turned around it finds more of them early than the margin does.
    """
    ordered = sorted(rows, key=lambda row: (row.label_probability, row.sample))
    return [
        SuspectRow(
            sample=row.sample,
            label=row.label,
            predicted=row.predicted,
            probability=row.probability,
            suspicion=1 - row.label_probability,
        )
        for row in ordered
    ]


def spread(values: Sequence[float | None]) -> dict[str, float | None]:
    """Mean and standard deviation (n - 1) of a score over the folds in which it is known.

    >>> spread([0.7, 0.9, None])
    {'mean': 0.8, 'deviation': 0.141421}
    """
    known = [value for value in values if value is not None]
    return {
        "mean": round(statistics.mean(known), 6) if known else None,
        "deviation": round(statistics.stdev(known), 6) if len(known) > 1 else None,
    }
