"""Shards: the images of a split in blocks, as .npy files that are named by their content."""

import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from crawler.files import replacing, sha256, sha256_of
from dataset.store import SHARDS, Images

SHARD_BYTES = 64 * 2**20  # of pixels: boundaries depend on the size of an image and nothing else


@dataclass(frozen=True, slots=True)
class Shard:
    """One shard as dataset.json names it."""

    file: str  # relative to dataset.json
    split: str
    rows: int
    sha256: str  # of the file


def rows_per_shard(stored: int) -> int:
    return max(1, SHARD_BYTES // (stored * stored * 3))


def write_shards(
    folder: Path,
    split: str,
    names: Sequence[str],
    stored: int,
    images: Callable[[Sequence[str]], Images],
) -> Iterator[tuple[Shard, Images]]:
    """Write the images of these ids, in order; yield each shard with what it holds.

    Old samples keep their places, so a grown split writes its last shard anew and few others.
    """
    step = rows_per_shard(stored)
    for number, start in enumerate(range(0, len(names), step)):
        block = images(names[start : start + step])
        yield _write(folder, f"{split}-{number:05}", split, block), block


def _write(folder: Path, stem: str, split: str, block: Images) -> Shard:
    buffer = io.BytesIO()
    np.save(buffer, block, allow_pickle=False)
    digest = sha256(buffer.getbuffer())
    file = f"{SHARDS}/{stem}-{digest[:16]}.npy"
    path = folder / file
    if not (path.is_file() and sha256_of(path) == digest):
        with replacing(path) as part:
            part.write_bytes(buffer.getbuffer())
    return Shard(file, split, len(block), digest)
