"""What the ways of a job work on: the same images for all, in one shuffled order."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from PIL import Image

import dataset
from dataset.store import Split, open_dataset
from flows.bench.dataset.terms import BATCH, LARGER, SIZE
from flows.bench.gallery import photos_in

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Noise:
    """Images in memory for augmentation, which looks at no content."""

    images: NDArray[np.uint8]  # (N, SIZE, SIZE, 3)
    order: NDArray[np.intp]  # (N,)
    operations: tuple[str, ...]  # crop, flip and perhaps cutout, as in DatasetConfig


@dataclass(frozen=True, slots=True)
class Stored:
    """One set of images of LARGER pixels, stored twice."""

    split: Split  # as we store them: memory-mapped shards
    files: list[Path]  # as PNG, one file an image, in the order of the split
    order: NDArray[np.intp]  # (N,)


def noise(count: int, operations: tuple[str, ...]) -> Noise:
    """So many random images, and an order."""
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (count, SIZE, SIZE, 3), dtype=np.uint8)
    return Noise(images, rng.permutation(count), operations)


def stored(photos: Path, out: Path) -> Stored:
    """The photos of a folder as a snapshot in `out` / dataset, and as files in `out` / png."""
    config = dataset.DatasetConfig(
        size=LARGER, stored=LARGER, val_fraction=0, test_fraction=0, duplicates="equal"
    )
    split = open_dataset(dataset.run(config, [photos], out / "dataset")).split("train")
    files = [out / "png" / f"{number:06}.png" for number in range(len(split))]
    (out / "png").mkdir(parents=True, exist_ok=True)
    for number, file in enumerate(files):
        Image.fromarray(split.images(np.array([number]))[0]).save(file)
    return Stored(split, files, np.random.default_rng(0).permutation(len(files)))


def originals(photos: Path) -> list[Path]:
    """The photos of a folder as files. Raises UsageError where there are none."""
    return [photo.file for photo in photos_in(photos)]


def batches(items: Sequence[T]) -> Iterator[Sequence[T]]:
    """The items, BATCH at a time."""
    for start in range(0, len(items), BATCH):
        yield items[start : start + BATCH]


def shuffled(order: NDArray[Any]) -> Iterator[NDArray[Any]]:
    """The positions of an order, BATCH at a time."""
    for start in range(0, len(order), BATCH):
        yield order[start : start + BATCH]
