"""The images that a study learns from and is tested on, out of any snapshot."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from dataset.augment import Augmentation, centre_crop, normalize, sample_keys
from dataset.augmentation.mixing import MIXING
from dataset.store import Dataset, Split, open_dataset
from flows.studies.errors import StudyError
from nn.arrays import Array
from nn.training.data import TrainData

TRAIN, TEST = 10_000, 5_000  # images of a study at most, picked once and for all
FEWEST_TRAIN, FEWEST_TEST = 100, 50
SIDE = 32  # pixels; larger images are made smaller, since fully connected layers see them


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """Images (N, H, W, C), float32, normalised, C = 1 where all are grey; and their labels (N,)."""

    id: str  # of the snapshot
    classes: int
    x: Array
    labels: Array
    test_x: Array
    test_labels: Array
    augmented: Callable[[Array, int], Callable[[Array, int], Array]]

    def train(self, chosen: Array, *, augment: int | None = None) -> TrainData:
        """Training on the images at these positions; `augment` is the seed of what changes them.

        Operations are those of the snapshot, but for those that mix images.
        """
        x = self.x[chosen]
        plain = augment is None
        return TrainData(
            labels=self.labels[chosen],
            images=(lambda at, epoch: x[at]) if plain else self.augmented(chosen, augment or 0),
            val_labels=np.zeros(0, np.int64),
            val_images=lambda at: x[at],
        )

    def some(self, count: int, seed: int) -> Array:
        """Positions of `count` training images, or of all where there are fewer."""
        return np.random.default_rng(seed).permutation(len(self.labels))[:count]


def material(dataset: Path) -> Material:
    """What a snapshot holds for studies. Raises StudyError, DatasetError."""
    snapshot = open_dataset(dataset)
    train, test = snapshot.split("train"), snapshot.split("test")
    if len(train) < FEWEST_TRAIN or len(test) < FEWEST_TEST:
        raise StudyError(
            f"{dataset} has {len(train)} training and {len(test)} test images; "
            f"a study needs at least {FEWEST_TRAIN} and {FEWEST_TEST}"
        )
    chosen, tested = _chosen(train, TRAIN), _chosen(test, TEST)
    pixels = train.images(chosen)
    grey = bool((pixels == pixels[..., :1]).all())
    channels = 1 if grey else 3

    def seen(images: Array) -> Array:
        return np.ascontiguousarray(shrunk(images[..., :channels]))

    def plain(images: Array) -> Array:
        cut = centre_crop(images, snapshot.size)
        return seen(normalize(cut, snapshot.mean, snapshot.std))

    def augmented(some: Array, seed: int) -> Callable[[Array, int], Array]:
        change = _augmentation(snapshot, pixels[some], [train.ids[i] for i in chosen[some]], seed)
        return lambda at, epoch: seen(change.images(at, epoch))

    return Material(
        id=snapshot.id,
        classes=len(snapshot.classes),
        x=plain(pixels),
        labels=train.labels[chosen],
        test_x=plain(test.images(tested)),
        test_labels=test.labels[tested],
        augmented=augmented,
    )


def _chosen(split: Split, most: int) -> Array:
    return np.sort(np.random.default_rng(0).permutation(len(split))[:most])


def _augmentation(snapshot: Dataset, pixels: Array, ids: list[str], seed: int) -> Augmentation:
    return Augmentation(
        keys=sample_keys(ids),
        stored=lambda at: pixels[at],
        size=snapshot.size,
        mean=snapshot.mean,
        std=snapshot.std,
        operations=tuple(name for name in snapshot.augment if name not in MIXING),
        seed=seed,
    )


def shrunk(images: Array) -> Array:
    """Images with at most SIDE pixels a side, each the mean of a square: (N, H, W, C) -> the same.

    >>> shrunk(np.ones((2, 70, 70, 3))).shape
    (2, 23, 23, 3)
    """
    n, h, _, c = images.shape
    factor = -(-h // SIDE)
    if factor == 1:
        return images
    side = h // factor
    cut = images[:, : side * factor, : side * factor]
    blocks: Array = cut.reshape(n, side, factor, side, factor, c).mean(axis=(2, 4))
    return blocks
