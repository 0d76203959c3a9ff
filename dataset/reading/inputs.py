"""What goes in: one item an image, whatever it came from, in an order no disk or flag decides."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crawler.files import canonical_json, sha256, sha256_of
from dataset.errors import InputError

if TYPE_CHECKING:
    from dataset.cleaning.decisions import Decision
    from dataset.image import Pixels


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One row of the input: what is said of an image, and where its bytes or pixels are."""

    source: "Path | Pixels | None"  # a file, an array (H, W) or (H, W, C), or nothing to read
    label: str = ""
    labels: tuple[str, ...] = ()  # every label said of it
    official: str = ""  # the split it belongs to by the will of whoever made the input
    path: str = ""  # relative, as it will stand in the tables
    url: str = ""
    page_url: str = ""
    licence: str = ""
    sha256: str = ""  # of the file, where the input says it
    elements: tuple[str, ...] = ()  # image elements it is an alternative of
    pages: tuple[str, ...] = ()  # every page it stands on, where the input says it
    reason: str = ""  # why there is nothing to read: one word,
    detail: str = ""  # and a sentence


@dataclass(frozen=True, slots=True)
class Inputs:
    """All items of a run; `identity` is equal where the inputs are, wherever they lie."""

    items: tuple[Item, ...]
    identity: dict[str, Any]
    side: int | None = None  # pixels of an array, square; None where items are files
    decisions: "Mapping[str, Decision]" = field(default_factory=dict)  # by sample, oldest first


def read_inputs(paths: Sequence[Path]) -> Inputs:
    """Read manifests (several at once), or one folder of class folders, or one archive of arrays.

    Raises InputError in one sentence.
    """
    from dataset.reading.arrays import read_arrays
    from dataset.reading.folders import read_folder
    from dataset.reading.manifests import read_manifests

    kind = kind_of(paths)
    if kind == "manifest":
        return read_manifests(paths)
    return read_folder(paths[0]) if kind == "folder" else read_arrays(paths[0])


def kind_of(paths: Sequence[Path]) -> str:
    """What the paths are by their names: manifest, folder or arrays. Raises InputError."""
    if not paths:
        raise InputError("name a manifest, a folder of class folders, or an .npz archive")
    kinds = [_kind(path) for path in paths]
    if len(paths) > 1 and set(kinds) != {"manifest"}:
        raise InputError("several inputs at once must all be manifests")
    return kinds[0]


def _kind(path: Path) -> str:
    if path.is_dir():
        return "folder"
    if not path.is_file():
        raise InputError(f"no such file or folder: {path}")
    kinds = {".csv": "manifest", ".npz": "arrays"}
    if path.suffix.lower() not in kinds:
        raise InputError(f"{path} is neither a manifest (.csv), nor a folder, nor arrays (.npz)")
    return kinds[path.suffix.lower()]


def plain(text: str) -> str:
    """A text in the one form (NFC) in which equal names are equal bytes.

    What a file name holds that is no text, such as bytes of an old encoding, is spelled out.
    """
    spelled = text.encode("utf-8", "backslashreplace").decode("utf-8")
    return unicodedata.normalize("NFC", spelled)


def as_label(text: str) -> str:
    """The name of a class in its one form, which is a single line without blanks around it."""
    return " ".join(plain(text).split())


def identity_of(kind: str, items: Sequence[Item]) -> dict[str, Any]:
    """What items are, by their words and their bytes: not where they lie, nor when they came."""
    facts = [[*_facts(item), _digest(item)] for item in items]
    return {"kind": kind, "rows": len(items), "sha256": sha256(canonical_json(facts).encode())}


def _facts(item: Item) -> list[Any]:
    whence = [item.path, item.url, item.page_url, item.licence, item.elements, item.pages]
    return [item.label, item.labels, item.official, *whence, item.reason, item.detail]


def _digest(item: Item) -> str:
    """The sha256 of a file; nothing where it is missing, so that its return is noticed."""
    if not isinstance(item.source, Path):
        return item.sha256
    if not item.source.is_file():
        return ""
    return item.sha256 or sha256_of(item.source)
