"""Balanced classes: each is seen equally often, or weighs the same; by seed and epoch alone."""

import numpy as np
import pytest

from nn.arrays import Array
from nn.losses import softmax_cross_entropy
from nn.training.balance import balanced_order, inverse_sizes
from nn.training.data import AGAIN, TrainData, epoch_batches

LABELS = np.repeat([0, 1, 2, 4], [60, 25, 10, 7])  # nobody has label 3


def test_every_class_is_seen_equally_often_in_an_epoch() -> None:
    chosen, sights = balanced_order(LABELS, 0, 1)
    counts = np.bincount(LABELS[chosen], minlength=5)
    assert len(chosen) == len(sights) == len(LABELS)
    assert sorted(counts) == [0, 25, 25, 26, 26]
    assert counts[3] == 0


def test_no_sample_is_seen_once_more_before_all_of_its_class_were() -> None:
    chosen, sights = balanced_order(LABELS, 0, 1)
    times = np.bincount(chosen, minlength=len(LABELS))
    for label in (0, 1, 2, 4):
        assert np.ptp(times[label == LABELS]) <= 1
    for sample in range(len(LABELS)):
        assert sorted(sights[chosen == sample]) == list(range(times[sample]))


def test_a_large_class_is_seen_whole_over_the_epochs() -> None:
    seen = {i for epoch in range(1, 25) for i in balanced_order(LABELS, 0, epoch)[0].tolist()}
    assert seen == set(range(len(LABELS)))


def test_the_order_follows_from_seed_and_epoch_alone() -> None:
    first = balanced_order(LABELS, 3, 7)
    np.testing.assert_array_equal(first, balanced_order(LABELS, 3, 7))
    for other in ((3, 8), (4, 7)):
        assert (first[0] != balanced_order(LABELS, *other)[0]).any()


@pytest.mark.parametrize("labels", [[], [2], [1, 1, 1]])
def test_without_classes_to_balance_it_is_an_order_of_all(labels: list[int]) -> None:
    chosen, sights = balanced_order(np.array(labels, np.int64), 0, 1)
    assert sorted(chosen) == list(range(len(labels)))
    assert not sights.any()


def test_a_sample_that_is_seen_again_is_augmented_anew() -> None:
    seen: list[tuple[int, int]] = []

    def images(chosen: Array, epoch: int) -> Array:
        seen.extend((sample, epoch) for sample in chosen.tolist())
        return np.full((len(chosen), 1, 1, 1), epoch, np.float32)

    def soft(chosen: Array, epoch: int) -> Array:
        return np.full((len(chosen), 5), epoch, np.float32)

    none = np.empty(0, np.int64)
    data = TrainData(
        labels=LABELS, images=images, val_labels=none, val_images=lambda i: i, soft_targets=soft
    )
    batches = list(epoch_batches(data, size=16, seed=0, epoch=2, balanced=True))
    assert len(seen) == len(set(seen)) == len(LABELS)
    assert {epoch % AGAIN for _, epoch in seen} == {2}
    for x, labels, targets in batches:  # images and targets of one sight belong together
        assert len(x) == len(labels) == len(targets)
        np.testing.assert_array_equal(x[:, 0, 0, 0], targets[:, 0])


def test_under_class_weights_every_class_has_the_same_part_in_the_gradient() -> None:
    logits = np.zeros((len(LABELS), 5), np.float32)
    weights, dlogits = inverse_sizes(LABELS, 5), np.empty_like(logits)
    softmax_cross_entropy(logits, LABELS, class_weights=weights, out=dlogits)
    parts = [np.abs(dlogits[label == LABELS]).sum() for label in (0, 1, 2, 4)]
    np.testing.assert_allclose(parts, parts[0], rtol=1e-5)
    assert weights[3] == 0
