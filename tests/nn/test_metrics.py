import warnings
from typing import Any

import numpy as np
import pytest
from sklearn import metrics as reference

from nn.evaluation.metrics import class_table, confusion, cross_entropy, scores

SEEDS = range(8)


def sample(seed: int, n: int = 40, k: int = 6) -> tuple[Any, Any]:
    """Labels and logits in which, by the seed, some class lacks labels, predictions or both."""
    rng = np.random.default_rng(seed)
    labels = rng.choice(rng.permutation(k)[: k - seed % 3], n)
    logits = rng.normal(size=(n, k)).astype(np.float32)
    logits[:, rng.permutation(k)[: seed % 4]] -= 20
    logits[np.arange(n), labels] += 1
    return labels, logits


@pytest.mark.parametrize("seed", SEEDS)
def test_scores_are_those_of_scikit_learn(seed: int) -> None:
    labels, logits = sample(seed)
    predicted = logits.argmax(axis=1)
    found = scores(labels, logits)
    with warnings.catch_warnings():  # scikit-learn warns where a class is absent, and computes
        warnings.simplefilter("ignore")
        balanced = reference.balanced_accuracy_score(labels, predicted)
    assert found.accuracy == pytest.approx(reference.accuracy_score(labels, predicted))
    assert found.balanced_accuracy == pytest.approx(balanced)
    assert found.macro_f1 == pytest.approx(
        reference.f1_score(labels, predicted, average="macro", zero_division=0)
    )


@pytest.mark.parametrize("seed", SEEDS)
def test_the_loss_is_that_of_scikit_learn(seed: int) -> None:
    labels, logits = sample(seed)
    e = np.exp(logits.astype(np.float64))
    probabilities = e / e.sum(axis=1, keepdims=True)
    expected = reference.log_loss(labels, probabilities, labels=range(6))
    assert scores(labels, logits).loss == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_table_of_classes_is_that_of_scikit_learn(seed: int) -> None:
    labels, logits = sample(seed)
    predicted = logits.argmax(axis=1)
    matrix = confusion(labels, predicted, classes=6)
    np.testing.assert_array_equal(
        matrix, reference.confusion_matrix(labels, predicted, labels=range(6))
    )
    expected = reference.precision_recall_fscore_support(
        labels, predicted, labels=range(6), zero_division=0
    )
    table = class_table(matrix, tuple("薔薇abcd"))
    found = [(row.precision, row.recall, row.f1, row.support) for row in table]
    np.testing.assert_allclose(found, np.transpose(expected))
    assert [row.label for row in table] == list("薔薇abcd")


def test_a_certain_mistake_costs_its_margin_and_no_overflow() -> None:
    assert cross_entropy(np.array([0]), np.array([[0, 1e4]], np.float32)) == pytest.approx(1e4)


def test_without_samples_nothing_is_known() -> None:
    empty = scores(np.empty(0, np.int64), np.empty((0, 3), np.float32))
    assert np.isnan([empty.loss, empty.accuracy, empty.balanced_accuracy, empty.macro_f1]).all()
