"""The contract of the dataset stage: dataset.json, and the splits it describes as arrays."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from crawler.files import canonical_json, sha256
from dataset.entries import map_array, read_rows, read_whole
from dataset.errors import SnapshotError
from dataset.splitting.folds import roles
from dataset.tables import SPLITS, SampleRow

RESULT = "dataset.json"
SAMPLES = "samples.csv"
QUARANTINE = "quarantine.csv"
LEDGER = "splits.csv"
SHARDS = "shards"

Images = NDArray[np.uint8]  # (N, H, W, 3)
Shards = Sequence[tuple[str, Images]]  # in order, each with its split


@dataclass(frozen=True, slots=True)
class Split:
    """The samples of one split in fixed order; images stay on disk until they are asked for."""

    ids: tuple[str, ...]
    labels: NDArray[np.int64]  # (N,), positions in Dataset.classes
    stored: int  # pixels, square
    shards: tuple[Images, ...]  # memory-mapped, in order
    places: NDArray[np.int64]  # (N,), positions among the images of the shards

    def __len__(self) -> int:
        return len(self.ids)

    def images(self, indices: NDArray[np.integer[Any]]) -> Images:
        """The images at these positions, in their order: (n,) -> (n, stored, stored, 3)."""
        wanted = self.places[indices]
        out = np.empty((len(wanted), self.stored, self.stored, 3), np.uint8)
        start = 0
        for shard in self.shards:
            here = (wanted >= start) & (wanted < start + len(shard))
            out[here] = shard[wanted[here] - start]
            start += len(shard)
        return out


@dataclass(frozen=True, slots=True)
class Fold:
    """Another split of the same samples, with the statistics of its train split."""

    mean: tuple[float, float, float]
    std: tuple[float, float, float]
    splits: Mapping[str, Split]


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
    folds: tuple[Fold, ...]  # for cross-validation; empty where none were asked for
    table: str  # sha256 of samples.csv, for read_samples

    def split(self, name: str) -> Split:
        """The split train, val or test; it may be empty."""
        return self.splits[name]

    def fold(self, number: int) -> "Dataset":
        """The same samples, split so that fold `number`, from 1, is tested on.

        The next fold chooses the best epoch and the others train; official splits stay as they are.
        Raises SnapshotError where there is no such fold.
        """
        if not 1 <= number <= len(self.folds):
            raise SnapshotError(f"the dataset has {len(self.folds)} folds; there is no {number}")
        fold = self.folds[number - 1]
        return replace(self, mean=fold.mean, std=fold.std, splits=fold.splits, folds=())


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
    read_whole(path.parent, document["quarantine"])
    shards = [(entry["split"], map_array(path.parent, entry)) for entry in document["shards"]]
    recipe, statistics = document["recipe"], document["statistics"]
    return Dataset(
        id=document["id"],
        classes=tuple(document["classes"]),
        size=recipe["size"],
        stored=recipe["stored"],
        mean=tuple(statistics["mean"]),
        std=tuple(statistics["std"]),
        augment=tuple(recipe["augment"]),
        splits=_splits(document, rows, shards),
        crop=recipe["crop"],
        background=recipe["background"],
        folds=tuple(_folds(document, rows, shards)),
        table=document["samples"]["sha256"],
    )


def read_samples(folder: Path, dataset: Dataset) -> list[SampleRow]:
    """The rows of samples.csv beside an opened snapshot. Raises SnapshotError: replaced since."""
    return read_rows(folder, {"file": SAMPLES, "sha256": dataset.table}, SampleRow)


def _splits(
    document: Mapping[str, Any], rows: Sequence[SampleRow], shards: Shards
) -> dict[str, Split]:
    return {
        name: _split(
            [row for row in rows if row.split == name],
            tuple(images for split, images in shards if split == name),
            document,
        )
        for name in SPLITS
    }


def _folds(
    document: Mapping[str, Any], rows: Sequence[SampleRow], shards: Shards
) -> Iterator[Fold]:
    everything = tuple(images for _, images in shards)
    for number, statistics in enumerate(document["folds"], 1):
        role = roles(number, len(document["folds"]))
        parts = [role.get(row.fold, row.split) for row in rows]
        splits = {
            name: _split(rows, everything, document, [part == name for part in parts])
            for name in SPLITS
        }
        yield Fold(tuple(statistics["mean"]), tuple(statistics["std"]), splits)


def _split(
    rows: Sequence[SampleRow],
    shards: tuple[Images, ...],
    document: Mapping[str, Any],
    chosen: Sequence[bool] | None = None,
) -> Split:
    """The chosen ones of the rows, which stand in the order of the images of the shards."""
    places = np.arange(len(rows)) if chosen is None else np.flatnonzero(chosen)
    ours = [rows[place] for place in places.tolist()]
    return Split(
        ids=tuple(row.sha256 for row in ours),
        labels=_positions([row.label for row in ours], document["classes"]),
        stored=document["recipe"]["stored"],
        shards=shards,
        places=places,
    )


def _positions(labels: Sequence[str], classes: Sequence[str]) -> NDArray[np.int64]:
    position = {label: index for index, label in enumerate(classes)}
    return np.array([position[label] for label in labels], np.int64)
