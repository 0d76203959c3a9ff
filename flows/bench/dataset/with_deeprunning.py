"""The jobs done by us, by the very functions that training, prediction and the stage call."""

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from crawler.files import sha256
from dataset.augment import Augmentation, normalize, sample_keys
from dataset.config import BACKGROUND, DatasetConfig
from dataset.copies.hashes import Hashes, dhashes, frequencies, phash, phashes
from dataset.copies.thumbnail import thumbnails
from dataset.image import load_image
from dataset.pictures.colour import read_picture
from dataset.pictures.crop import wanted
from dataset.pictures.examine import examine
from dataset.pictures.grey import small_grey
from dataset.pictures.quality import measure, suspicions
from dataset.pictures.strict import strict_decoder
from dataset.reading.inputs import Item
from flows.bench.dataset.material import Noise, Stored, batches, shuffled
from flows.bench.dataset.step import training_step
from flows.bench.dataset.terms import LARGER, MEAN, SIZE, STD
from flows.bench.dataset.way import Way

Batch = NDArray[np.float32]  # (N, H, W, 3)

JITTER = ("brightness", "contrast", "saturation")
MIXED = ("cutout", "mixup", "cutmix")
MORE: dict[str, tuple[str, ...]] = {
    "normalise alone": (),
    "crop, flip, 3 of colour": ("crop", "flip", *JITTER),
    "crop, flip, 5 of colour": ("crop", "flip", *JITTER, "hue", "grey"),
    "crop, flip, rotate": ("crop", "flip", "rotate"),
    "resized_crop, flip": ("resized_crop", "flip"),
    "crop, flip, trivial_augment": ("crop", "flip", "trivial_augment"),
    "crop, flip, mixup": ("crop", "flip", "mixup"),
    "crop, flip, cutmix": ("crop", "flip", "cutmix"),
    "ten at once": ("resized_crop", "flip", "rotate", *JITTER, "hue", *MIXED),
}


def augment(noise: Noise) -> Iterator[Way]:
    """One recipe, and what a training step takes beside it."""
    yield _augmented(noise, noise.operations, "batches, by hash")
    yield training_step()


def more(noise: Noise) -> Iterator[Way]:
    """Other recipes, up to almost everything at once."""
    for name, operations in MORE.items():
        yield _augmented(noise, operations, name)
    yield training_step()


def _augmented(noise: Noise, operations: tuple[str, ...], how: str) -> Way:
    words = np.random.default_rng(2).integers(0, 2**64, len(noise.images), dtype=np.uint64)
    seen = Augmentation(
        keys=sample_keys([f"{word:016x}" for word in words.tolist()]),
        stored=lambda chosen: noise.images[chosen],
        size=SIZE,
        mean=MEAN,
        std=STD,
        operations=operations,
        seed=0,
    )

    def epoch() -> Iterator[Batch]:
        return (seen.images(chosen, 1) for chosen in shuffled(noise.order))

    return Way(how=how, images=len(noise.images), once=epoch)


def store(material: Stored) -> Iterator[Way]:
    """From memory-mapped shards of uint8."""

    def epoch() -> Iterator[Batch]:
        for chosen in shuffled(material.order):
            yield normalize(material.split.images(chosen), MEAN, STD)

    yield Way(how="memory-mapped shards", images=len(material.order), once=epoch)


def files(material: Sequence[Path]) -> Iterator[Way]:
    """From files, as `predict` and the stage read them: all of the colour policy."""

    def decoded() -> Iterator[Batch]:
        for some in batches(material):
            images = [load_image(file.read_bytes(), LARGER) for file in some]
            yield normalize(np.stack(images), MEAN, STD)

    yield Way(how="load_image", images=len(material), once=decoded, antialias="yes")


def audit(material: Sequence[Path]) -> Iterator[Way]:
    """What is looked for in one decode; and all that the stage does with a file."""
    yield Way(
        how="SHA-256, 25 hashes, quality, thumbnails",
        images=len(material),
        once=partial(_audited, material),
    )
    strict = ", strict decoder" if strict_decoder() else ""
    yield Way(
        how=f"all the stage does{strict}",
        images=len(material),
        once=partial(_examined, material),
    )


def _audited(files: Sequence[Path]) -> Iterator[Any]:
    config = DatasetConfig(stored=LARGER)
    look = partial(read_picture, least=wanted(config.stored_size), strict=strict_decoder())
    for some in batches(files):
        seen = []
        for body in map(Path.read_bytes, some):
            picture = look(body, BACKGROUND)
            seen.append((small_grey(picture.image), picture.size))
            yield sha256(body)
        yield [[*suspicions(measure(grey, size), config)] for grey, size in seen]
        yield _hashes(np.stack([thumbnails(grey) for grey, _ in seen]))


def _examined(files: Sequence[Path]) -> Iterator[Any]:
    items = [Item(source=file, label=file.parent.name) for file in files]
    config = DatasetConfig(stored=LARGER, workers=1, duplicates="near")
    for some in batches(items):
        examined = [*examine(some, config)]
        yield examined
        yield _hashes(np.stack([seen.thumbs for seen in examined if seen.thumbs is not None]))


def _hashes(thumbs: NDArray[np.uint8]) -> tuple[Hashes, Hashes, Hashes]:
    """pHash and dHash in eight orientations, pHash of nine crops: (N, VIEWS, SIDE, SIDE)."""
    whole = thumbs[:, 0]
    blocks = frequencies(whole)
    return phashes(blocks[:, 0]), dhashes(whole), phash(blocks[:, 1:])
