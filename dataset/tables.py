"""The tables of a snapshot: samples.csv, quarantine.csv and the split ledger splits.csv."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
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
    pixels: str  # sha256 of the upright RGB pixels at full size, with their shape
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
        if header != [field.name for field in fields(row_type)]:
            raise SnapshotError(f"{path} does not have the columns of this version")
        for values in reader:
            pairs = zip(header, values, strict=True)
            yield row_type(**{name: kinds[name](text) for name, text in pairs})
    except (ValueError, csv.Error) as error:
        raise SnapshotError(f"{path}, line {reader.line_num}: {error}") from error
