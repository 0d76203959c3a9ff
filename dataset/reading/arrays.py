"""An .npz archive as input: x_train, y_train, x_test, y_test, as published data sets come."""

import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from crawler.files import sha256_of
from dataset.config import MAX_SIDE
from dataset.errors import InputError
from dataset.reading.inputs import Inputs, Item, as_label

NAMES = ("x_train", "y_train", "x_test", "y_test")
# What NumPy and zipfile raise for bytes that are damaged or of a kind they do not know.
DAMAGED = (
    ValueError,
    OSError,
    EOFError,
    MemoryError,
    NotImplementedError,
    zipfile.BadZipFile,
    zlib.error,
)


def read_arrays(path: Path) -> Inputs:
    """Every image of the archive; x_test is the official test split. Raises InputError."""
    arrays = _load(path)
    shape = arrays["x_train"].shape[1:]
    for split in "train", "test":
        _check(path, f"x_{split}", arrays[f"x_{split}"], shape)
        if len(arrays[f"x_{split}"]) != arrays[f"y_{split}"].size:
            raise InputError(f"{path}: x_{split} and y_{split} differ in length")
    items = [item for split in ("train", "test") for item in _items(arrays, split)]
    identity = {"kind": "arrays", "rows": len(items), "sha256": sha256_of(path)}
    return Inputs(tuple(items), identity, side=shape[0])


def _load(path: Path) -> dict[str, NDArray[Any]]:
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
            missing = [name for name in NAMES if name not in getattr(archive, "files", ())]
            if missing:
                raise InputError(f"{path} holds no {', '.join(missing)}; it needs {_needs()}")
            return {name: archive[name] for name in NAMES}
    except DAMAGED:
        raise InputError(f"{path} is no archive of arrays that NumPy can read") from None


def _needs() -> str:
    return "x_train, y_train, x_test and y_test"


def _check(path: Path, name: str, x: NDArray[Any], shape: tuple[int, ...]) -> None:
    if x.dtype != np.uint8:
        raise InputError(f"{path}: {name} must be uint8, from 0 to 255, got {x.dtype}")
    if x.ndim not in {3, 4} or x.shape[1] != x.shape[2] or x.shape[3:] not in {(), (1,), (3,)}:
        raise InputError(f"{path}: {name} must be (N, S, S), (N, S, S, 1) or 3, got {x.shape}")
    if not 1 <= x.shape[1] <= MAX_SIDE:
        raise InputError(f"{path}: {name} must have 1 to {MAX_SIDE} pixels a side, got {x.shape}")
    if x.shape[1:] != shape:
        raise InputError(f"{path}: x_train and x_test differ in the shape of an image")


def _items(arrays: dict[str, NDArray[Any]], split: str) -> Iterator[Item]:
    labels = [as_label(str(label)) for label in arrays[f"y_{split}"].ravel()]
    for index, (image, label) in enumerate(zip(arrays[f"x_{split}"], labels, strict=True)):
        yield Item(
            source=image,
            label=label,
            labels=(label,),
            official=split,
            path=f"x_{split}[{index}]",
        )
