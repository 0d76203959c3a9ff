"""A folder as input: a sub-folder a class, or train, test and val that each hold classes."""

from collections.abc import Iterator
from pathlib import Path

from dataset.errors import InputError
from dataset.reading.inputs import Inputs, Item, as_label, identity_of, plain
from dataset.tables import SPLITS


def read_folder(folder: Path) -> Inputs:
    """Every visible file below `folder`, however deep in its class folder, sorted by path.

    Files that lie beside the class folders, or beside train and test, have no label; the
    quarantine will say so. Raises InputError.
    """
    items = list(_all_items(folder))
    if not any(item.label for item in items):
        raise InputError(f"{folder} holds no images; it needs one sub-folder for each class")
    items.sort(key=lambda item: item.path)
    return Inputs(tuple(items), identity_of("folder", items))


def _all_items(folder: Path) -> Iterator[Item]:
    official = _is_official(folder)
    for entry in _visible(folder):
        if official and entry.is_dir():
            for inner in _visible(entry):
                yield from _items(inner, folder, entry.name)
        else:
            yield from _items(entry, folder, "")


def _is_official(folder: Path) -> bool:
    """Whether the sub-folders are a split made by others: train and more, each full of classes.

    A further folder beside them is refused: to pass over it, or to take all of them for classes,
    would be a guess.
    """
    names = [path.name for path in _folders(folder)]
    splits = [name for name in SPLITS if name in names and _folders(folder / name)]
    if "train" not in splits or len(splits) == 1:
        return False
    others = [name for name in names if name not in SPLITS]
    if others:
        raise InputError(
            f"{folder} holds {' and '.join(splits)} beside {', '.join(map(plain, others))}; "
            "a split has only train, val and test"
        )
    return True


def _items(entry: Path, root: Path, official: str) -> Iterator[Item]:
    """The files of a class folder; or a file in the place of one, which has no label."""
    label = as_label(entry.name) if entry.is_dir() else ""
    labels = (label,) if label else ()
    for file in _files(entry):
        path = plain(file.relative_to(root).as_posix())
        yield Item(source=file, label=label, labels=labels, official=official, path=path)


def _files(entry: Path) -> Iterator[Path]:
    if not entry.is_dir():
        yield entry
        return
    for child in _visible(entry):
        if not (child.is_dir() and child.is_symlink()):  # it may lead up, and into other classes
            yield from _files(child)


def _folders(folder: Path) -> list[Path]:
    return [path for path in _visible(folder) if path.is_dir()]


def _visible(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if not path.name.startswith("."))
