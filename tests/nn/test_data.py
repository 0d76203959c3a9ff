"""The order of an epoch and its batches."""

import doctest

import numpy as np
import pytest

from nn.training import data
from nn.training.data import TrainData, batches, epoch_batches, epoch_order, val_batches


def test_the_examples_in_the_docstrings_are_true() -> None:
    assert doctest.testmod(data).failed == 0


@pytest.mark.parametrize(("n", "size"), [(1, 32), (32, 32), (33, 32), (100, 7), (0, 5)])
def test_batches_hold_every_sample_once_in_sizes_at_most_one_apart(n: int, size: int) -> None:
    sizes = [batch.stop - batch.start for batch in batches(n, size)]
    assert sum(sizes) == n
    assert len(sizes) == -(-n // size)
    assert max(sizes, default=0) - min(sizes, default=0) <= 1
    assert max(sizes, default=0) <= size


def test_the_order_is_a_permutation_that_follows_seed_and_epoch() -> None:
    orders = {(s, e): epoch_order(50, s, e) for s in range(2) for e in range(2)}
    assert all(sorted(order) == list(range(50)) for order in orders.values())
    assert len({order.tobytes() for order in orders.values()}) == 4
    np.testing.assert_array_equal(epoch_order(50, 1, 1), orders[1, 1])


def test_images_and_labels_stay_together_and_the_epoch_is_passed_on() -> None:
    labels = np.arange(10)
    source = TrainData(
        labels=labels,
        images=lambda indices, epoch: 100 * epoch + indices,
        val_labels=labels[:3],
        val_images=lambda indices: indices,
    )
    seen = list(epoch_batches(source, size=4, seed=0, epoch=7))
    assert [len(x) for x, _, _ in seen] == [3, 3, 4]
    assert all((x == 700 + y).all() for x, y, _ in seen)
    assert all((y == targets).all() for _, y, targets in seen)
    assert np.concatenate(list(val_batches(source, size=2))).tolist() == [0, 1, 2]


def test_soft_targets_are_those_of_the_batch_and_its_epoch() -> None:
    source = TrainData(
        labels=np.arange(10),
        images=lambda indices, epoch: indices,
        val_labels=np.arange(0),
        val_images=lambda indices: indices,
        soft_targets=lambda indices, epoch: np.stack([indices, indices + epoch], axis=1),
    )
    for x, labels, targets in epoch_batches(source, size=4, seed=0, epoch=7):
        assert (labels == x).all()
        assert (targets == np.stack([x, x + 7], axis=1)).all()
