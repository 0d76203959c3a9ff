"""What training reads: labels, and functions that fetch images when their batch is due."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from nn.arrays import Array

SOME = 2048  # training images that are enough to measure statistics of channels

Batch = tuple[Array, Array, Array]  # images (n, H, W, C) float32, labels (n,) int64, targets


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainData:
    """The training and validation splits; where their images lie is the caller's affair.

    Images come as float32, normalised. An epoch is given so that augmentation can follow it.
    """

    labels: Array  # (N,) int64
    images: Callable[[Array, int], Array]  # indices (n,), epoch -> (n, H, W, C)
    val_labels: Array  # (M,) int64; M may be 0
    val_images: Callable[[Array], Array]  # indices (n,) -> (n, H, W, C)
    # Where augmentation mixes images: indices, epoch -> probabilities (n, K), learned for labels.
    soft_targets: Callable[[Array, int], Array] | None = None


def epoch_order(n: int, seed: int, epoch: int) -> Array:
    """A permutation of n that depends on nothing but seed and epoch: int64 (n,)."""
    return np.random.default_rng((seed, epoch)).permutation(n)


def batches(n: int, size: int) -> list[slice]:
    """Cut n samples into the fewest batches of at most `size`, their sizes at most one apart.

    So every sample is used in every epoch, and no last batch is so short that its batch
    statistics are noise.

    >>> [batch.stop - batch.start for batch in batches(70, 32)]
    [23, 23, 24]
    """
    count = -(-n // size)
    return [slice(i * n // count, (i + 1) * n // count) for i in range(count)]


def epoch_batches(data: TrainData, *, size: int, seed: int, epoch: int) -> Iterator[Batch]:
    """The batches of one epoch, in its order, fetched one at a time.

    Targets are what is to be learned: the labels, or the probabilities that stand for them.
    """
    order = epoch_order(len(data.labels), seed, epoch)
    for batch in batches(len(order), size):
        chosen = order[batch]
        labels = data.labels[chosen]
        targets = labels if data.soft_targets is None else data.soft_targets(chosen, epoch)
        yield data.images(chosen, epoch), labels, targets


def some_images(batches: Iterator[Batch]) -> Iterator[Array]:
    """The images of the batches, until they are SOME or more."""
    seen = 0
    for images, _, _ in batches:
        yield images
        seen += len(images)
        if seen >= SOME:
            return


def val_batches(data: TrainData, *, size: int) -> Iterator[Array]:
    """The images of the validation split in order, fetched `size` at a time."""
    indices = np.arange(len(data.val_labels))
    for batch in batches(len(indices), size):
        yield data.val_images(indices[batch])
