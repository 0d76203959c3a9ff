"""The jobs done with albumentations and OpenCV, its decoder, on one thread.

Crops are continued by black. Made smaller is an image by OpenCV's INTER_LINEAR, the default of
albumentations, which looks at four pixels however many there are; and by INTER_AREA, which does
antialias: a mean over boxes.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import albumentations as A  # noqa: N812  # as its documentation has it
import cv2
import numpy as np
from numpy.typing import NDArray

from flows.bench.dataset.material import Noise, Stored, batches, shuffled
from flows.bench.dataset.terms import BORDER, HOLE, LARGER, MEAN, SIZE, STD
from flows.bench.dataset.way import Way

INTERPOLATIONS = {"INTER_LINEAR": "no", "INTER_AREA": "yes"}  # and whether it antialiases

cv2.setNumThreads(1)


def augment(noise: Noise) -> Iterator[Way]:
    """Pad, RandomCrop, HorizontalFlip, Normalize; CoarseDropout as cutout."""
    side = (HOLE, HOLE)
    hole = A.CoarseDropout(
        num_holes_range=(1, 1), hole_height_range=side, hole_width_range=side, fill=0, p=1
    )
    chain = [A.Pad(BORDER), A.RandomCrop(SIZE, SIZE), A.HorizontalFlip(), A.Normalize(MEAN, STD)]
    transform = A.Compose([*chain, *([hole] if "cutout" in noise.operations else [])])

    def epoch() -> Iterator[NDArray[np.float32]]:
        for chosen in shuffled(noise.order):
            yield np.stack([transform(image=noise.images[n])["image"] for n in chosen.tolist()])

    yield Way(how="an image at a time", images=len(noise.images), once=epoch)


def store(material: Stored) -> Iterator[Way]:
    """From files."""
    transform = A.Compose([A.Normalize(MEAN, STD)])

    def epoch() -> Iterator[NDArray[np.float32]]:
        for chosen in shuffled(material.order):
            yield np.stack([_read(material.files[n], transform) for n in chosen.tolist()])

    yield Way(how="PNG files", images=len(material.order), once=epoch)


def files(material: Sequence[Path]) -> Iterator[Way]:
    """The middle of each photo, made smaller in two ways."""
    for name, antialias in INTERPOLATIONS.items():
        interpolation = getattr(cv2, name)
        smaller = A.Resize(LARGER, LARGER, interpolation=interpolation)
        transform = A.Compose([A.Lambda(image=_middle), smaller, A.Normalize(MEAN, STD)])
        yield _decoded(name, material, transform, antialias)


def _decoded(name: str, material: Sequence[Path], transform: Any, antialias: str) -> Way:
    def decoded() -> Iterator[NDArray[np.float32]]:
        for some in batches(material):
            yield np.stack([_read(file, transform) for file in some])

    return Way(how=name, images=len(material), once=decoded, antialias=antialias)


def _read(file: Path, transform: Any) -> NDArray[np.float32]:
    image: NDArray[np.float32] = transform(image=cv2.imread(str(file), cv2.IMREAD_COLOR_RGB))[
        "image"
    ]
    return image


def _middle(image: NDArray[np.uint8], **_: Any) -> NDArray[np.uint8]:
    height, width = image.shape[:2]
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    return image[top : top + side, left : left + side]
