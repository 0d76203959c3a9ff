"""How good predictions are: loss, accuracies, F1, the confusion matrix and a table of classes.

Pure functions of labels and logits. A class absent from a split counts as it does in
scikit-learn: balanced accuracy is the mean recall of the classes that labels hold, macro-F1 the
mean F1 of those that labels or predictions hold, and a ratio 0 / 0 is 0.
"""

from dataclasses import asdict, dataclass

import numpy as np

from nn.arrays import Array


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """How often predictions are right, fractions from 0 to 1."""

    accuracy: float
    balanced_accuracy: float  # mean recall over the classes of the labels
    macro_f1: float  # mean F1 over the classes of labels and predictions


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """One split, scored. Without any sample every figure is NaN: nothing is known."""

    loss: float  # nats, mean cross-entropy
    accuracy: float  # and the others as in Rates
    balanced_accuracy: float
    macro_f1: float


@dataclass(frozen=True, slots=True)
class Counts:
    """Of each class (K,): what was called so and is, what was called so, what is."""

    hits: Array
    called: Array
    support: Array


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassRow:
    """One class, scored; fractions from 0 to 1."""

    label: str
    precision: float  # of what was called so, how much is
    recall: float  # of what is so, how much was called so
    f1: float  # harmonic mean of the two
    support: int  # samples of the class


def scores(labels: Array, logits: Array) -> Scores:
    """Score logits (N, K) against integer labels (N,)."""
    if not len(labels):
        return Scores(loss=np.nan, accuracy=np.nan, balanced_accuracy=np.nan, macro_f1=np.nan)
    found = rates(counted(labels, logits.argmax(axis=1), classes=logits.shape[1]))
    return Scores(loss=cross_entropy(labels, logits), **asdict(found))


def counted(
    labels: Array, predicted: Array, *, classes: int, weights: Array | None = None
) -> Counts:
    """Count the samples of each class, each `weights` times (once unless given): (N,) each."""
    right = labels == predicted
    return Counts(
        hits=np.bincount(labels[right], None if weights is None else weights[right], classes),
        called=np.bincount(predicted, weights, classes),
        support=np.bincount(labels, weights, classes),
    )


def rates(counts: Counts) -> Rates:
    """The rates that follow from the counts of one sample or more."""
    hits, called, support = counts.hits, counts.called, counts.support
    held = support > 0
    named = held | (called > 0)
    return Rates(
        accuracy=float(hits.sum() / support.sum()),
        balanced_accuracy=float((hits[held] / support[held]).mean()),
        macro_f1=float((2 * hits[named] / (called + support)[named]).mean()),
    )


def cross_entropy(labels: Array, logits: Array) -> float:
    """Mean of -log softmax(logits)[label] in nats, computed in float64: (N,), (N, K)."""
    shifted = logits.astype(np.float64) - logits.max(axis=1, keepdims=True)
    log_sums = np.log(np.exp(shifted).sum(axis=1))
    return float((log_sums - shifted[np.arange(len(labels)), labels]).mean())


def confusion(labels: Array, predicted: Array, *, classes: int) -> Array:
    """Count samples by label (row) and prediction (column): (N,), (N,) -> int64 (K, K)."""
    cells = np.bincount(labels * classes + predicted, minlength=classes * classes)
    return cells.reshape(classes, classes)


def class_table(matrix: Array, names: tuple[str, ...]) -> list[ClassRow]:
    """A row for each class, in order, from a confusion matrix (K, K)."""
    hits, called, support = matrix.diagonal(), matrix.sum(axis=0), matrix.sum(axis=1)
    columns = zip(
        names,
        _ratio(hits, called),
        _ratio(hits, support),
        _ratio(2 * hits, called + support),
        support,
        strict=True,
    )
    return [
        ClassRow(label=label, precision=float(p), recall=float(r), f1=float(f), support=int(n))
        for label, p, r, f, n in columns
    ]


def _ratio(part: Array, whole: Array) -> Array:
    return np.divide(part, whole, out=np.zeros(len(whole)), where=whole > 0)
