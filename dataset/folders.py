"""A folder as input: a sub-folder a class, or train, test and val that each hold classes."""

from collections.abc import Iterator
from pathlib import Path

from dataset.errors import InputError
from dataset.inputs import Inputs, Item, identity_of, plain
from dataset.tables import SPLITS


def read_folder(folder: Path) -> Inputs:
    """Every visible file below `folder`, however deep in its class folder, sorted by path.

    Files that lie beside the class folders have no label; the quarantine will say so.
    """
    parts = [path for path in _visible(folder) if path.is_dir()]
    if _is_official(parts):
        items = [item for part in parts for item in _classes(part, folder, part.name)]
    else:
        items = list(_classes(folder, folder, ""))
    if not any(item.label for item in items):
        raise InputError(f"{folder} holds no images; it needs one sub-folder for each class")
    items.sort(key=lambda item: item.path)
    return Inputs(tuple(items), identity_of("folder", items))


def _is_official(parts: list[Path]) -> bool:
    """Whether the sub-folders are a split made by others: train and more, each full of classes."""
    names = {path.name for path in parts}
    return (
        "train" in names
        and len(names) > 1
        and names <= set(SPLITS)
        and all(any(child.is_dir() for child in _visible(path)) for path in parts)
    )


def _classes(folder: Path, root: Path, official: str) -> Iterator[Item]:
    for entry in _visible(folder):
        label = plain(entry.name).strip() if entry.is_dir() else ""
        for file in _files(entry):
            path = plain(file.relative_to(root).as_posix())
            labels = (label,) if label else ()
            yield Item(source=file, label=label, labels=labels, official=official, path=path)


def _files(entry: Path) -> Iterator[Path]:
    if not entry.is_dir():
        yield entry
        return
    for child in _visible(entry):
        yield from _files(child)


def _visible(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if not path.name.startswith("."))
