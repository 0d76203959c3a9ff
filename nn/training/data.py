"""What training reads: labels, and functions that fetch images when their batch is due."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from nn.arrays import Array, Shape
from nn.errors import ArchitectureError
from nn.training.balance import balanced_order

SOME = 2048  # training images that are enough to measure statistics of channels

AGAIN = 1_000_000  # epochs; no run has so many

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

    def check(self, output_shape: Shape) -> None:
        """Raise ArchitectureError unless a model's output (K,) has a number for every label."""
        classes = int(self.labels.max(initial=0)) + 1
        if len(output_shape) != 1 or output_shape[0] < classes:
            raise ArchitectureError(
                f"the last layer gives {output_shape} an image, but labels need {classes} "
                f'numbers; end the list of layers with Linear and out_features = "classes"'
            )


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


def epoch_batches(
    data: TrainData, *, size: int, seed: int, epoch: int, balanced: bool = False
) -> Iterator[Batch]:
    """The batches of one epoch, in its order, fetched one at a time; `balanced`: by class.

    Targets are what is to be learned: the labels, or the probabilities that stand for them.
    """
    if balanced:
        order, sights = balanced_order(data.labels, seed, epoch)
    else:
        order = epoch_order(len(data.labels), seed, epoch)
        sights = np.zeros_like(order)
    for batch in batches(len(order), size):
        yield _batch(data, order[batch], sights[batch], epoch)


def _batch(data: TrainData, chosen: Array, sights: Array, epoch: int) -> Batch:
    """The samples at these positions, those seen again behind and augmented as in a far epoch."""
    parts = [
        _sight(data, chosen[sights == sight], epoch + sight * AGAIN)
        for sight in np.unique(sights).tolist()
    ]
    if len(parts) == 1:
        return parts[0]
    images, labels, targets = map(np.concatenate, zip(*parts, strict=True))
    return images, labels, targets


def _sight(data: TrainData, chosen: Array, epoch: int) -> Batch:
    """The samples at these positions as they are in an epoch."""
    labels = data.labels[chosen]
    targets = labels if data.soft_targets is None else data.soft_targets(chosen, epoch)
    return data.images(chosen, epoch), labels, targets


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
