"""The jobs done with Pillow and NumPy as one writes them down: an image at a time, then a batch."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PIL.Image import Resampling, Transpose

from flows.bench.dataset.material import Noise, Stored, batches, shuffled
from flows.bench.dataset.terms import BORDER, HOLE, LARGER, MEAN, SIZE, STD
from flows.bench.dataset.way import Way

Batch = NDArray[np.float32]  # (N, H, W, 3)

SCALE = (1 / (255 * np.array(STD))).astype(np.float32)
SHIFT = (-np.array(MEAN) / np.array(STD)).astype(np.float32)


def augment(noise: Noise) -> Iterator[Way]:
    """Pillow's crop fills with black what it takes from beyond the border."""

    def epoch() -> Iterator[Batch]:
        rng = np.random.default_rng(0)
        for chosen in shuffled(noise.order):
            images = [_augmented(Image.fromarray(noise.images[n]), rng) for n in chosen.tolist()]
            batch = _normalised(np.stack(images))
            if "cutout" in noise.operations:
                _cut_out(batch, rng)
            yield batch

    yield Way(how="an image at a time", images=len(noise.images), once=epoch)


def _augmented(image: Image.Image, rng: np.random.Generator) -> NDArray[np.uint8]:
    left, top = rng.integers(-BORDER, BORDER + 1, 2).tolist()
    image = image.crop((left, top, left + SIZE, top + SIZE))
    if rng.random() < 0.5:
        image = image.transpose(Transpose.FLIP_LEFT_RIGHT)
    return np.asarray(image)


def _cut_out(batch: Batch, rng: np.random.Generator) -> None:
    for image, (top, left) in zip(batch, rng.integers(0, SIZE, (len(batch), 2)), strict=True):
        y, x = top - HOLE // 2, left - HOLE // 2
        image[max(y, 0) : max(y + HOLE, 0), max(x, 0) : max(x + HOLE, 0)] = 0


def _normalised(images: NDArray[np.uint8]) -> Batch:
    batch = images.astype(np.float32)
    batch *= SCALE
    batch += SHIFT
    return batch


def store(material: Stored) -> Iterator[Way]:
    """From files, and from one array in memory."""
    whole = material.split.images(np.arange(len(material.split)))

    def from_files() -> Iterator[Batch]:
        for chosen in shuffled(material.order):
            files = [material.files[number] for number in chosen]
            yield _normalised(np.stack([np.asarray(Image.open(file)) for file in files]))

    def from_array() -> Iterator[Batch]:
        return (_normalised(whole[chosen]) for chosen in shuffled(material.order))

    yield Way(how="PNG files", images=len(whole), once=from_files)
    yield Way(how="an array in memory", images=len(whole), once=from_array)


def files(material: Sequence[Path]) -> Iterator[Way]:
    """The middle of each photo, made smaller by Pillow's resize."""

    def decoded() -> Iterator[Batch]:
        return (_normalised(np.stack([*map(_square, some)])) for some in batches(material))

    yield Way(how="open, crop, resize", images=len(material), once=decoded, antialias="yes")


def _square(file: Path) -> NDArray[np.uint8]:
    with Image.open(file) as opened:
        image = opened.convert("RGB")
    side = min(image.size)
    left, top = (image.width - side) // 2, (image.height - side) // 2
    middle = image.crop((left, top, left + side, top + side))
    return np.asarray(middle.resize((LARGER, LARGER), Resampling.BILINEAR))
