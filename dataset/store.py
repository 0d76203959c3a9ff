"""The contract of the dataset stage: dataset.json, and the splits it describes as arrays."""

import io
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from crawler.files import canonical_json, sha256, sha256_of
from dataset.errors import SnapshotError
from dataset.tables import SPLITS, Row, SampleRow, parse_table

RESULT = "dataset.json"
SAMPLES = "samples.csv"
QUARANTINE = "quarantine.csv"
LEDGER = "splits.csv"
SHARDS = "shards"

REMEDY = "make the dataset again"

Images = NDArray[np.uint8]  # (N, H, W, 3)


@dataclass(frozen=True, slots=True)
class Split:
    """The samples of one split in fixed order; images stay on disk until they are asked for."""

    ids: tuple[str, ...]
    labels: NDArray[np.int64]  # (N,), positions in Dataset.classes
    stored: int  # pixels, square
    shards: tuple[Images, ...]  # memory-mapped, in order

    def __len__(self) -> int:
        return len(self.ids)

    def images(self, indices: NDArray[np.integer[Any]]) -> Images:
        """The images at these positions, in their order: (n,) -> (n, stored, stored, 3)."""
        wanted = np.arange(len(self))[indices]  # refuses positions beyond the split
        out = np.empty((len(wanted), self.stored, self.stored, 3), np.uint8)
        start = 0
        for shard in self.shards:
            here = (wanted >= start) & (wanted < start + len(shard))
            out[here] = shard[wanted[here] - start]
            start += len(shard)
        return out


@dataclass(frozen=True, slots=True)
class Dataset:
    """A snapshot: what it is called, what its pixels are like, and its three splits."""

    id: str
    classes: tuple[str, ...]
    size: int  # pixels, square: what the network sees
    stored: int  # pixels, square: what shards hold
    mean: tuple[float, float, float]  # of pixel / 255 over the train split
    std: tuple[float, float, float]
    augment: tuple[str, ...]
    splits: Mapping[str, Split]
    crop: str  # how a picture became a square, and what lies behind it: as in DatasetConfig
    background: str
    table: str  # sha256 of samples.csv, for read_samples

    def split(self, name: str) -> Split:
        """The split train, val or test; it may be empty."""
        return self.splits[name]


def snapshot_id(document: Mapping[str, Any]) -> str:
    """sha256 of what a snapshot is: not of times, paths, versions or the parent."""
    named = ("recipe", "classes", "statistics")
    content = {key: document[key] for key in named} | {
        "shards": [shard["sha256"] for shard in document["shards"]],
        "samples": document["samples"]["sha256"],
        "quarantine": document["quarantine"]["sha256"],
    }
    return sha256(canonical_json(content).encode())


def read_document(path: Path) -> dict[str, Any]:
    """The JSON of a snapshot, its id checked. Raises SnapshotError."""
    try:
        document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        fits = snapshot_id(document) == document["id"]
    except FileNotFoundError:
        raise SnapshotError(f"there is no {path}; `deeprunning dataset` makes it") from None
    except (OSError, ValueError, KeyError, TypeError):
        raise SnapshotError(f"{path} is no description of a dataset") from None
    if not fits:
        raise SnapshotError(f"{path} was changed by hand: its id no longer fits its content")
    return document


def open_dataset(path: Path) -> Dataset:
    """Open a snapshot and check that every file it names is what it says.

    Raises SnapshotError, a DatasetError, in one sentence.
    """
    document = read_document(path)
    rows = read_rows(path.parent, document["samples"], SampleRow)
    _whole(path.parent, document["quarantine"])
    recipe, statistics = document["recipe"], document["statistics"]
    return Dataset(
        id=document["id"],
        classes=tuple(document["classes"]),
        size=recipe["size"],
        stored=recipe["stored"],
        mean=tuple(statistics["mean"]),
        std=tuple(statistics["std"]),
        augment=tuple(recipe["augment"]),
        splits=_splits(path.parent, document, rows),
        crop=recipe["crop"],
        background=recipe["background"],
        table=document["samples"]["sha256"],
    )


def read_samples(folder: Path, dataset: Dataset) -> list[SampleRow]:
    """The rows of samples.csv in the folder of a snapshot that was opened.

    Raises SnapshotError where another snapshot has taken its place since.
    """
    return read_rows(folder, {"file": SAMPLES, "sha256": dataset.table}, SampleRow)


def read_rows(folder: Path, entry: Mapping[str, Any], row_type: type[Row]) -> list[Row]:
    """The rows of a table that a snapshot names: what is checked is what is read.

    So a reader beside a writer gets the rows of its snapshot, or SnapshotError.
    """
    path, body = folder / entry["file"], io.BytesIO(_whole(folder, entry))
    return list(parse_table(path, io.TextIOWrapper(body, "utf-8", newline=""), row_type))


def _splits(
    folder: Path, document: Mapping[str, Any], samples: Sequence[SampleRow]
) -> dict[str, Split]:
    rows: dict[str, list[SampleRow]] = defaultdict(list)
    for row in samples:
        rows[row.split].append(row)
    return {
        name: Split(
            ids=tuple(row.sha256 for row in rows[name]),
            labels=_positions([row.label for row in rows[name]], document["classes"]),
            stored=document["recipe"]["stored"],
            shards=_shards(folder, document, name),
        )
        for name in SPLITS
    }


def _whole(folder: Path, entry: Mapping[str, Any]) -> bytes:
    """The bytes of a file that a snapshot names. Raises SnapshotError: missing, or changed."""
    path = folder / str(entry["file"])
    try:
        body = path.read_bytes()
    except FileNotFoundError:
        raise SnapshotError(f"{path} is missing; {REMEDY}") from None
    if sha256(body) != entry["sha256"]:
        raise SnapshotError(f"{path} is not what dataset.json says; {REMEDY}")
    return body


def _positions(labels: Sequence[str], classes: Sequence[str]) -> NDArray[np.int64]:
    position = {label: index for index, label in enumerate(classes)}
    return np.array([position[label] for label in labels], np.int64)


def _shards(folder: Path, document: Mapping[str, Any], split: str) -> tuple[Images, ...]:
    return tuple(
        _mapped(folder / shard["file"], shard["sha256"])
        for shard in document["shards"]
        if shard["split"] == split
    )


def _mapped(path: Path, digest: str) -> Images:
    """A shard, which stays readable when it is removed. Raises SnapshotError as `_whole` does."""
    try:
        if sha256_of(path) != digest:
            raise SnapshotError(f"{path} is not what dataset.json says; {REMEDY}")
        images: Images = np.load(path, mmap_mode="r", allow_pickle=False)
    except FileNotFoundError:
        raise SnapshotError(f"{path} is missing; {REMEDY}") from None
    return images
