"""Copies of a snapshot in the layouts of other libraries, from original files where there are any.

imagefolder (https://huggingface.co/docs/datasets/image_dataset): <split>/<class>/<id>.<ext> and
<split>/metadata.csv; a README.md with the splits, so that a class called test is none. webdataset
(https://github.com/webdataset/webdataset): <split>-NNNNNN.tar with <id>.<ext>, <id>.cls, the number
of the class, and <id>.json, in the order of ids; classes.json names the classes.

The same snapshot and the same original files give the same bytes.
"""

import csv
import io
import re
import tarfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from crawler.files import canonical_json, replacing, sha256, stage_folder, sweep
from crawler.image import EXTENSIONS, sniff
from dataset.errors import InputError
from dataset.reading.originals import originals_of
from dataset.store import RESULT, Dataset, Images, Split, open_dataset, read_samples
from dataset.tables import SPLITS, SampleRow

TAR_BYTES = 2**28  # of images, after which a split goes on in another tar
# What a file system somewhere, or a pattern of file names, takes for something else.
UNSAFE = re.compile(
    r'[\x00-\x1f\x7f%/\\:*?"<>|\[\]{}!#~]|^[. ]|[. ]$|^(?=(?:CON|NUL|AUX|PRN)$)', re.IGNORECASE
)
MAX_NAME = 60  # characters of a folder: at most 240 bytes

SPLIT_NAMES = {"train": "train", "val": "validation", "test": "test"}
COLUMNS = ("file_name", "label", "sha256", "group", "source", "page_url", "licence")
UNSTATED = "unstated"  # an empty cell could be read as a missing number


@dataclass(frozen=True, slots=True)
class Exported:
    """One sample on its way out."""

    row: SampleRow
    extension: str
    body: bytes
    number: int  # of its class


def export(path: Path, form: str, out: Path) -> Path:
    """Write the snapshot of a dataset.json into the folder `out`, which is returned.

    `form` is a key of FORMS. Raises SnapshotError, InputError where `out` holds anything else,
    FolderBusyError.
    """
    path = path / RESULT if path.is_dir() else path
    dataset = open_dataset(path)
    record = {"stage": "export", "config": {"to": form}, "inputs": {"dataset": dataset.id}}
    _check_free(out)
    with stage_folder(out) as folder:
        if (folder.record or record) | {"finished": 0} != record | {"finished": 0}:
            raise InputError(f"{out} holds another export; choose another --out")
        if (folder.record or {}).get("finished") is not True:
            sweep(out)
            folder.write(record | {"finished": False})
            FORMS[form](path.parent, dataset, out)
            folder.write(record | {"finished": True})
    return out


def _check_free(out: Path) -> None:
    if out.is_dir() and any(out.iterdir()) and not (out / "stage.json").exists():
        raise InputError(f"{out} is not empty; choose another --out")


def exported(folder: Path, dataset: Dataset, split: str) -> Iterator[Exported]:
    """The samples of a split with their bytes, in the order of their ids."""
    originals = originals_of(folder)
    rows = [row for row in read_samples(folder, dataset) if row.split == split]
    number = {label: place for place, label in enumerate(dataset.classes)}
    seen: set[str] = set()
    for place in sorted(range(len(rows)), key=lambda place: rows[place].sha256):
        row = rows[place]
        if row.sha256 in seen:  # an official split may hold a file twice
            continue
        seen.add(row.sha256)
        body = originals.find(row) or _png(dataset.split(split), place)
        yield Exported(row, EXTENSIONS[sniff(body)], body, number[row.label])


def _png(split: Split, place: int) -> bytes:
    """The stored pixels of one sample as a file."""
    image: Images = split.images(np.array([place]))[0]
    buffer = io.BytesIO()
    Image.fromarray(image).save(buffer, "PNG")
    return buffer.getvalue()


def write_imagefolder(folder: Path, dataset: Dataset, out: Path) -> None:
    """A folder a split and class, a table a split, and a README.md that names the splits."""
    used = [split for split in SPLITS if len(dataset.split(split))]
    for split in used:
        lines = []
        for one in exported(folder, dataset, split):
            name = f"{folder_name(one.row.label)}/{one.row.sha256}.{one.extension}"
            _write(out / split / name, one.body)
            lines.append([name, *_said(one.row)])
        text = io.StringIO(newline="")
        csv.writer(text, lineterminator="\n").writerows([COLUMNS, *lines])
        _write(out / split / "metadata.csv", text.getvalue().encode())
    _write(out / "README.md", _readme(used).encode())


def _said(row: SampleRow) -> tuple[str, ...]:
    source = row.url or row.path
    said = (row.label, row.sha256, row.group, source, row.page_url, row.licence)
    return tuple(text or UNSTATED for text in said)


def _readme(splits: list[str]) -> str:
    """The head that `datasets` reads: the files of each split, whatever they are called."""
    lines = [f'      - split: {SPLIT_NAMES[each]}\n        path: "{each}/**"\n' for each in splits]
    return f"---\nconfigs:\n  - config_name: default\n    data_files:\n{''.join(lines)}---\n"


def folder_name(label: str) -> str:
    """A label as the name of a folder on any system; metadata.csv has it as it is.

    >>> folder_name("a/b"), folder_name("薔薇")
    ('a%2Fb', '薔薇')
    """
    safe = UNSAFE.sub(lambda match: f"%{ord(match[0] or '%'):02X}", label)
    return safe if len(safe) <= MAX_NAME else f"{safe[:MAX_NAME]}-{sha256(label.encode())[:8]}"


def write_webdataset(folder: Path, dataset: Dataset, out: Path) -> None:
    """Tars of samples in the order of their ids, and the names of the classes."""
    for split in SPLITS:
        samples = exported(folder, dataset, split)
        first = next(samples, None)
        number = 0
        while first is not None:
            with replacing(out / f"{split}-{number:06}.tar") as part:
                first = _fill(part, first, samples)
            number += 1
    _write(out / "classes.json", canonical_json(dataset.classes).encode())


def _fill(tar: Path, first: Exported, rest: Iterator[Exported]) -> Exported | None:
    """Write samples into a tar until it is full; return the one that begins the next."""
    size = 0
    one: Exported | None = first
    with tarfile.open(tar, "w", format=tarfile.USTAR_FORMAT) as archive:
        while one is not None and size < TAR_BYTES:
            for extension, body in _members(one).items():
                _add(archive, f"{one.row.sha256}.{extension}", body)
            size += len(one.body)
            one = next(rest, None)
    return one


def _members(one: Exported) -> Mapping[str, bytes]:
    facts = dict(zip(COLUMNS[1:], _said(one.row), strict=True))
    return {
        "cls": str(one.number).encode(),
        one.extension: one.body,
        "json": canonical_json(facts).encode(),
    }


def _add(archive: tarfile.TarFile, name: str, body: bytes) -> None:
    """Add a file that nobody owns and that is as old as time."""
    entry = tarfile.TarInfo(name)
    entry.size = len(body)
    archive.addfile(entry, io.BytesIO(body))


def _write(path: Path, body: bytes) -> None:
    with replacing(path) as part:
        part.write_bytes(body)


FORMS = {"imagefolder": write_imagefolder, "webdataset": write_webdataset}
