"""Augmentation and normalisation of whole batches: the way of an image from the shard to training.

Every random choice is a hash of (seed, epoch, sample, operation), so an image is augmented the same
whatever the batch it is in, the order of the batches or the number of threads.

Shape letters: N batch, S stored size, H = W = size, K classes.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from dataset.augmentation.chance import Chance, Keys, sample_keys
from dataset.augmentation.colour import jittered
from dataset.augmentation.crop import centre_crop, random_crop
from dataset.augmentation.cutout import cut_out
from dataset.augmentation.flip import mirror, overturn
from dataset.augmentation.mixing import MIXING, Mix, mix
from dataset.augmentation.trivial import trivial_augment
from dataset.augmentation.warp import bilinear
from dataset.augmentation.window import WARPED, maps
from dataset.store import Dataset

__all__ = ["Augmentation", "augment", "centre_crop", "denormalize", "normalize", "sample_keys"]

Images = NDArray[np.uint8]
Indices = NDArray[np.integer[Any]]

COLOURS = ("brightness", "contrast", "saturation", "hue", "grey")


@dataclass(frozen=True, slots=True, kw_only=True)
class Augmentation:
    """A train split as training sees it, epoch by epoch; nothing in it depends on batches."""

    keys: Keys  # of all samples of the split, in order
    stored: Callable[[Indices], Images]  # positions (N,) -> (N, S, S, 3)
    size: int
    mean: Sequence[float]
    std: Sequence[float]
    operations: tuple[str, ...]
    seed: int

    @classmethod
    def of(cls, snapshot: Dataset, seed: int) -> Self:
        """The train split of a snapshot under its own operations."""
        train = snapshot.split("train")
        return cls(
            keys=sample_keys(train.ids),
            stored=train.images,
            size=snapshot.size,
            mean=snapshot.mean,
            std=snapshot.std,
            operations=snapshot.augment,
            seed=seed,
        )

    @property
    def mixes(self) -> bool:
        """Whether labels are mixed as images are."""
        return any(name in MIXING for name in self.operations)

    def images(self, chosen: Indices, epoch: int) -> NDArray[np.float32]:
        """The samples at these positions, augmented and normalised: (N,) -> (N, H, W, 3)."""
        images = self._unmixed(chosen, epoch)
        if self.mixes:
            found = self.mix(chosen, epoch)
            found.apply(images, self._unmixed(found.partners[found.mixed], epoch))
        return images

    def pixels(self, chosen: Indices, epoch: int) -> Images:
        """The same images as they look, each value to the nearest level: (N,) -> (N, H, W, 3)."""
        return denormalize(self.images(chosen, epoch), self.mean, self.std)

    def targets(
        self, chosen: Indices, epoch: int, labels: NDArray[np.int64], classes: int
    ) -> NDArray[np.float32]:
        """The probability of each class for the same images: (N,) -> (N, K).

        `labels` are those of the whole split.
        """
        found = self.mix(chosen, epoch)
        return found.targets(labels[chosen], labels[found.partners], classes)

    def mix(self, chosen: Indices, epoch: int) -> Mix:
        """Who is mixed with whom, how much and where."""
        chance = Chance(self.keys[chosen], self.seed, epoch)
        return mix(chance, len(self.keys), self.size, self.operations)

    def _unmixed(self, chosen: Indices, epoch: int) -> NDArray[np.float32]:
        keys = self.keys[chosen]
        seen = augment(
            self.stored(chosen),
            keys,
            size=self.size,
            seed=self.seed,
            epoch=epoch,
            operations=self.operations,
        )
        images = normalize(seen, self.mean, self.std)
        if "cutout" in self.operations:
            cut_out(images, Chance(keys, self.seed, epoch))
        return images


def augment(
    images: Images,
    keys: Keys,
    *,
    size: int,
    seed: int,
    epoch: int,
    operations: Sequence[str],
) -> Images:
    """Apply the operations on pixels to each image: (N, S, S, 3), (N,) -> (N, size, size, 3).

    Whatever the order of their names: first the part that is seen (crop, resized_crop, rotate),
    then flips, trivial_augment, and colours. What needs normalised images, cutout, mixup and
    cutmix, is left to Augmentation.
    """
    chance, named = Chance(keys, seed, epoch), tuple(operations)
    out = _seen(images, chance, size, named)
    if "flip" in named:
        mirror(out, chance.coin("flip"))
    if "flip_vertical" in named:
        overturn(out, chance.coin("flip_vertical"))
    if "trivial_augment" in named:
        trivial_augment(out, chance)
    if any(name in COLOURS for name in named):
        jittered(out, chance, named).apply(out)
    return out


def _seen(images: Images, chance: Chance, size: int, operations: tuple[str, ...]) -> Images:
    """The part of each image that is seen, in an array of its own."""
    if any(name in WARPED for name in operations):
        return bilinear(images, maps(chance, images.shape[1], size, operations), size)
    if "crop" in operations:
        return random_crop(images, chance.bits("crop"), size)
    return centre_crop(images, size).copy()


def normalize(
    images: Images,
    mean: Sequence[float],
    std: Sequence[float],
    *,
    out: NDArray[np.float32] | None = None,
) -> NDArray[np.float32]:
    """(images / 255 - mean) / std, in float32: (N, H, W, 3) -> (N, H, W, 3).

    A channel without any spread is only centred.
    """
    n, h, w = images.shape[:3]
    result = np.empty((n, h, w, 3), np.float32) if out is None else out
    spread = _spread(std)
    # Broadcasting over a last axis of 3 is slow: scale and shift are tiled to a whole row.
    scale = np.tile(1 / (255 * spread), w).astype(np.float32)
    shift = np.tile(-np.asarray(mean) / spread, w).astype(np.float32)
    rows = result.reshape(n, h, w * 3)
    np.copyto(rows, images.reshape(n, h, w * 3))
    rows *= scale
    rows += shift
    return result


def denormalize(images: NDArray[np.float32], mean: Sequence[float], std: Sequence[float]) -> Images:
    """The pixels that normalised images show, each to the nearest level: the same shape."""
    levels: NDArray[np.float64] = (
        images.astype(np.float64) * _spread(std) + np.asarray(mean)
    ) * 255
    return np.clip(np.rint(levels, out=levels), 0, 255).astype(np.uint8)


def _spread(std: Sequence[float]) -> NDArray[np.float64]:
    return np.where(np.asarray(std) > 0, std, 1.0)
