"""The jobs of the bench, each with what its ways work on."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from flows.bench.dataset import material
from flows.bench.dataset.terms import LARGER, SIZE

RECIPE = ("crop", "flip")


class Job(NamedTuple):
    """Something that all programs of its kind do with the same material."""

    name: str
    kind: str
    material: Any


def jobs(photos: Path, images: int, out: Path) -> Iterator[Job]:
    """One after the other: `images` of 32 pixels are augmented, the photos do for the rest.

    Raises UsageError where there are no photos.
    """
    originals = material.originals(photos)
    small = f"{SIZE} px"
    plain, cut = (material.noise(images, names) for names in (RECIPE, (*RECIPE, "cutout")))
    yield Job(f"{small}: crop, flip, normalise", "augment", plain)
    yield Job(f"{small}: crop, flip, cutout, normalise", "augment", cut)
    yield Job(f"{small}: more operations", "more", plain)
    yield Job(f"epoch of stored {LARGER} px", "store", material.stored(photos, out))
    yield Job(f"photo files to {LARGER} px", "files", originals)
    yield Job("audit of photo files", "audit", originals)
