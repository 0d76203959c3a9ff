"""Mixup and cutmix: an image and its label are mixed with those of another of the train split.

mixup (arXiv 1710.09412) blends both as a whole; the two shares are distributed as Beta(1/2, 1/2),
between the 0.2 that the paper takes for photos and the 1 it takes for CIFAR-10, and the larger is
the image's own, so that an epoch still shows every sample.
cutmix (arXiv 1905.04899) puts a rectangle of the other into every second image: of the image's
shape, its area evenly distributed before what lies outside is cut off, its middle anywhere; the
share of the own label is 1 - area, exactly. Named together, cutmix has every second image and mixup
the others.

The partner is any sample of the train split, as augmentation makes it in the same epoch, and not
the neighbour in a batch: so what an image becomes does not depend on the batch it is in.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dataset.augmentation.chance import Chance, Reals

MIXING = ("mixup", "cutmix")


@dataclass(frozen=True, slots=True)
class Mix:
    """Who is mixed with whom, how much and where."""

    partners: NDArray[np.intp]  # (N,): positions in the train split
    share: Reals  # (N,): of the own label, 0 to 1; 1 where nothing is mixed
    boxes: NDArray[np.intp]  # (N, 4): top, bottom, left, right; empty where all is blended

    @property
    def mixed(self) -> NDArray[np.intp]:
        """The rows of the images that are not left alone."""
        return np.flatnonzero(self.share < 1)

    def apply(self, images: NDArray[np.float32], others: NDArray[np.float32]) -> None:
        """Mix in place: images (N, H, W, 3); others: the partners of the mixed rows, in order."""
        for row, other in zip(self.mixed.tolist(), others, strict=True):
            top, bottom, left, right = self.boxes[row].tolist()
            if top < bottom:
                images[row, top:bottom, left:right] = other[top:bottom, left:right]
            else:
                share = np.float32(self.share[row])
                images[row] *= share
                images[row] += (1 - share) * other

    def targets(
        self, labels: NDArray[np.int64], others: NDArray[np.int64], classes: int
    ) -> NDArray[np.float32]:
        """The probability of each class, from own labels and partners': (N,), (N,) -> (N, K)."""
        rows = np.arange(len(labels))
        soft = np.zeros((len(labels), classes), np.float32)
        np.add.at(soft, (rows, labels), self.share)
        np.add.at(soft, (rows, others), 1 - self.share)
        return soft


def mix(chance: Chance, samples: int, size: int, operations: tuple[str, ...]) -> Mix:
    """What chance picks for each image, of the operations named and of so many samples."""
    n = len(chance.keys)
    result = Mix(np.zeros(n, np.intp), np.ones(n), np.zeros((n, 4), np.intp))
    if "mixup" in operations:
        # sin² of 0 to pi / 2 gives Beta(1/2, 1/2), the upper half of it the larger share.
        share = np.sin(chance.uniform(np.pi / 4, np.pi / 2, "mixup", 1)) ** 2
        result = Mix(chance.below(samples, "mixup"), share, result.boxes)
    if "cutmix" in operations:
        chosen = chance.coin("cutmix", 4)
        boxes, share = _boxes(chance, size)
        result = Mix(
            np.where(chosen, chance.below(samples, "cutmix"), result.partners),
            np.where(chosen, share, result.share),
            np.where(chosen[:, None], boxes, result.boxes),
        )
    return result


def _boxes(chance: Chance, size: int) -> tuple[NDArray[np.intp], Reals]:
    """Rectangles (N, 4), and the share of the image that each leaves (N,)."""
    side = np.rint(size * np.sqrt(chance.uniform(0, 1, "cutmix", 1))).astype(np.intp)
    edges = []
    for number in (2, 3):
        start = chance.below(size, "cutmix", number) - side // 2
        edges += [np.clip(start, 0, size), np.clip(start + side, 0, size)]
    top, bottom, left, right = edges
    return np.stack(edges, axis=1), 1 - (bottom - top) * (right - left) / size**2
