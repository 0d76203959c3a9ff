"""The tables of a snapshot: samples.csv, quarantine.csv and the split ledger splits.csv."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import MISSING, dataclass, fields
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

from dataset.errors import SnapshotError

SPLITS = ("train", "val", "test")


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleRow:
    """One sample: what it is, where its image is stored, and where it came from.

    No column holds anything of this computer, so that equal inputs give equal tables anywhere.
    """

    sha256: str  # of the file, or of the pixels of an array: the sample's id
    pixels: str  # sha256 of the upright RGB pixels as they were decoded, with their shape
    label: str
    labels: str  # all that were said of the picture, sorted, separated by |
    split: str  # train, val or test
    group: str  # smallest id of the cluster that may not be torn apart
    shard: str  # file name under shards/
    row: int  # in the shard
    url: str = ""
    page_url: str = ""
    path: str = ""  # relative to the manifest's folder or the class folders; array[index]
    licence: str = ""
    flags: str = ""  # words separated by blanks: label-conflict, known-leak, near-duplicate,
    # relabelled, and those of dataset.pictures.quality
    applied: str = ""  # likewise, what dataset.pictures.colour did to the file's colours
    medoid: str = ""  # id of the sample in the middle of its near-duplicates, where it has any
    fold: int = 0  # for cross-validation, from 1; 0 where there are none, or a split is official
    width: int = 0  # pixels of the upright picture, before it became a square
    height: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class QuarantineRow:
    """One input that is no sample, and why."""

    reason: str  # one word
    detail: str  # a sentence
    kept: str = ""  # id of the sample that stands for this input, where it is a duplicate
    sha256: str = ""
    label: str = ""
    url: str = ""
    page_url: str = ""
    path: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerRow:
    """The split of a sample, once for all. The ledger is only ever extended."""

    sample: str  # id
    group: str  # of its cluster on the day it came
    split: str
    looks: str = ""  # its hashes, by which copies are known when it is gone


Row = TypeVar("Row", SampleRow, QuarantineRow, LedgerRow)


def read_table(path: Path, row_type: type[Row]) -> Iterator[Row]:
    """Read a table of ours. Raises SnapshotError naming the file and the line."""
    with path.open(newline="", encoding="utf-8") as file:
        yield from parse_table(path, file, row_type)


def parse_table(path: Path, lines: Iterable[str], row_type: type[Row]) -> Iterator[Row]:
    """The rows of a table whose lines are these; `path` is what it is called in an error."""
    kinds: dict[str, type[Any]] = get_type_hints(row_type)
    reader = csv.reader(lines, strict=True)
    try:
        header = next(reader, [])
        _check_header(path, header, row_type)
        for values in reader:
            pairs = zip(header, values, strict=True)
            yield row_type(**{name: kinds[name](text) for name, text in pairs})
    except (ValueError, csv.Error) as error:
        raise SnapshotError(f"{path}, line {reader.line_num}: {error}") from error


def _check_header(path: Path, header: list[str], row_type: type[Any]) -> None:
    """Columns that came with a later version may be missing. Raises SnapshotError."""
    names = [field.name for field in fields(row_type)]
    needed = [field.name for field in fields(row_type) if field.default is MISSING]
    if header != names[: len(header)] or len(header) < len(needed):
        raise SnapshotError(f"{path} does not have the columns of this version")
