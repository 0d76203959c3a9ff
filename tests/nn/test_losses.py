"""Losses: known values and stability. Their gradients are in test_gradients."""

import numpy as np
import pytest

from nn.arrays import Array
from nn.losses import mean_squared_error, softmax_cross_entropy


def loss_of(logits: list[list[float]], labels: list[int], smoothing: float = 0.0) -> float:
    array = np.array(logits)
    out = np.empty_like(array)
    return softmax_cross_entropy(array, np.array(labels), smoothing=smoothing, out=out)


def test_equal_logits_cost_the_logarithm_of_the_number_of_classes() -> None:
    assert loss_of([[2.0, 2.0, 2.0]], [1]) == pytest.approx(np.log(3))


def test_logits_far_apart_neither_overflow_nor_lose_the_loss() -> None:
    assert loss_of([[0.0, 1000.0]], [0]) == 1000
    assert loss_of([[0.0, 1000.0]], [1]) == 0


def test_smoothing_mixes_the_label_with_the_uniform_distribution() -> None:
    logits, k = [[1.0, 2.0, 4.0]], 3
    uniform = np.mean([loss_of(logits, [label]) for label in range(k)])
    expected = 0.9 * loss_of(logits, [2]) + 0.1 * uniform
    assert loss_of(logits, [2], 0.1) == pytest.approx(expected)


def test_the_loss_is_the_mean_over_the_batch() -> None:
    one, other = loss_of([[1.0, 2.0]], [0]), loss_of([[3.0, 1.0]], [1])
    assert loss_of([[1.0, 2.0], [3.0, 1.0]], [0, 1]) == pytest.approx((one + other) / 2)


def test_gradients_of_a_row_add_up_to_zero_and_float32_is_kept() -> None:
    logits = np.random.default_rng(0).normal(size=(6, 5)).astype(np.float32)
    out = np.empty_like(logits)
    softmax_cross_entropy(logits, np.arange(6) % 5, smoothing=0.1, out=out)
    np.testing.assert_allclose(out.sum(axis=1), 0, atol=1e-7)
    assert out.dtype == np.float32


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_probabilities_that_are_sure_cost_what_their_labels_cost(smoothing: float) -> None:
    logits = np.random.default_rng(0).normal(size=(6, 5)).astype(np.float32)
    labels = np.arange(6) % 5
    hard, soft = np.empty_like(logits), np.empty_like(logits)
    one_hot = np.eye(5, dtype=np.float32)[labels]
    expected = softmax_cross_entropy(logits, labels, smoothing=smoothing, out=hard)
    loss = softmax_cross_entropy(logits, one_hot, smoothing=smoothing, out=soft)
    assert loss == pytest.approx(expected, rel=1e-6)
    np.testing.assert_allclose(soft, hard, atol=1e-7)
    assert soft.dtype == np.float32


def test_the_loss_of_mixed_labels_is_the_mix_of_their_losses() -> None:
    logits = np.array([[1.0, 2.0, 4.0]])
    mixed = np.array([[0.25, 0.0, 0.75]])
    expected = 0.25 * loss_of([[1.0, 2.0, 4.0]], [0], 0.1)
    expected += 0.75 * loss_of([[1.0, 2.0, 4.0]], [2], 0.1)
    loss = softmax_cross_entropy(logits, mixed, smoothing=0.1, out=np.empty_like(logits))
    assert loss == pytest.approx(expected)


def by_the_manual(
    logits: Array, labels: Array, smoothing: float, weights: Array, ignored: int | None
) -> float:
    """The formulas of PyTorch's CrossEntropyLoss, sample by sample; labels or shares."""
    k, loss, total = logits.shape[1], 0.0, 0.0
    for z, label in zip(logits, labels, strict=True):
        if labels.ndim == 1 and label == ignored:
            continue
        shares = np.eye(k)[label] if labels.ndim == 1 else label
        for c in range(k):
            log_p = z[c] - np.log(np.exp(z).sum())
            loss -= weights[c] * log_p * ((1 - smoothing) * shares[c] + smoothing / k)
        total += weights[label] if labels.ndim == 1 else 1
    return loss / total


@pytest.mark.parametrize("smoothing", [0.0, 0.2])
@pytest.mark.parametrize("ignored", [None, 2, -100])
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("soft", [False, True])
def test_weights_ignored_labels_smoothing_and_soft_targets_count_as_in_pytorch(
    *, smoothing: float, ignored: int | None, weighted: bool, soft: bool
) -> None:
    rng = np.random.default_rng(0)
    logits = rng.normal(size=(8, 4))
    labels: Array = rng.dirichlet(np.ones(4), 8) if soft else rng.integers(0, 4, 8)
    if ignored == -100 and not soft:
        labels[3] = ignored
    weights = rng.uniform(0.2, 2, 4) if weighted else np.ones(4)
    loss = softmax_cross_entropy(
        logits,
        labels,
        smoothing=smoothing,
        class_weights=weights if weighted else None,
        ignore_index=ignored,
        out=np.empty_like(logits),
    )
    assert loss == pytest.approx(by_the_manual(logits, labels, smoothing, weights, ignored))


def test_an_ignored_row_has_no_gradient_and_a_batch_of_them_costs_nothing() -> None:
    logits, dlogits = np.random.default_rng(0).normal(size=(2, 3, 4))
    softmax_cross_entropy(logits, np.array([0, 9, 2]), smoothing=0.1, ignore_index=9, out=dlogits)
    assert not dlogits[1].any()
    assert dlogits[[0, 2]].all()
    loss = softmax_cross_entropy(logits, np.array([9, 9, 9]), ignore_index=9, out=dlogits)
    assert (loss, dlogits.any()) == (0, False)


def test_the_mean_squared_error_is_that_of_all_numbers() -> None:
    y, dy = np.array([[1.0, 2.0], [3.0, 4.0]], np.float32), np.empty((2, 2), np.float32)
    assert mean_squared_error(y, np.zeros((2, 2)), out=dy) == 30 / 4
    np.testing.assert_array_equal(dy, y / 2)
    assert dy.dtype == np.float32
