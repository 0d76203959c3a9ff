"""Softmax cross-entropy: known values and stability. Its gradient is in test_gradients."""

import numpy as np
import pytest

from nn.losses import softmax_cross_entropy


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
