"""The files that a snapshot names: what is checked is what is read, whoever writes meanwhile."""

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from crawler.files import sha256, sha256_of
from dataset.errors import SnapshotError
from dataset.tables import Row, parse_table

Entry = Mapping[str, Any]  # with the keys file, relative to the folder of the snapshot, and sha256


def read_whole(folder: Path, entry: Entry) -> bytes:
    """The bytes of a file. Raises SnapshotError where it is missing, or another."""
    path = _path(folder, entry)
    try:
        body = path.read_bytes()
    except FileNotFoundError:
        raise _missing(path) from None
    if sha256(body) != entry["sha256"]:
        raise _changed(path)
    return body


def read_rows(folder: Path, entry: Entry, row_type: type[Row]) -> list[Row]:
    """The rows of a table. Raises SnapshotError."""
    lines = io.TextIOWrapper(io.BytesIO(read_whole(folder, entry)), "utf-8", newline="")
    return list(parse_table(_path(folder, entry), lines, row_type))


def map_array(folder: Path, entry: Entry) -> NDArray[Any]:
    """An array, memory-mapped: it can be read even when it is removed. Raises SnapshotError."""
    path = _path(folder, entry)
    try:
        if sha256_of(path) != entry["sha256"]:
            raise _changed(path)
        array: NDArray[Any] = np.load(path, mmap_mode="r", allow_pickle=False)
    except FileNotFoundError:
        raise _missing(path) from None
    return array


def _path(folder: Path, entry: Entry) -> Path:
    return folder / str(entry["file"])


def _missing(path: Path) -> SnapshotError:
    return SnapshotError(f"{path} is missing; make the dataset again")


def _changed(path: Path) -> SnapshotError:
    return SnapshotError(f"{path} is not what dataset.json says; make the dataset again")
