"""The files that samples were made of, found again where the inputs of the snapshot lie."""

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from crawler.files import sha256
from dataset.tables import SampleRow


@dataclass(frozen=True, slots=True)
class Originals:
    """Folders that the paths of samples.csv may be relative to."""

    folders: tuple[Path, ...]

    def find(self, row: SampleRow) -> bytes | None:
        """The bytes of the file of a sample, or None where it is gone, changed, or an array."""
        for folder in self.folders:
            try:
                body = (folder / row.path).read_bytes()
            except (OSError, ValueError):  # not there, a folder, or no path at all
                continue
            if sha256(body) == row.sha256:
                return body
        return None


def places_of(inputs: Sequence[Path], out: Path) -> list[str]:
    """Where inputs lie as seen from the folder of the snapshot; those that are text."""
    places = [_relative(path.resolve(), out.resolve()) for path in inputs]
    return [place for place in places if place.encode("utf-8", "replace").decode() == place]


def originals_of(folder: Path) -> Originals:
    """The originals of the snapshot in `folder`, by what its stage.json says of its inputs."""
    try:
        record = json.loads((folder / "stage.json").read_text(encoding="utf-8"))
        places = [folder.resolve() / place for place in record.get("places", ())]
    except (OSError, ValueError, TypeError, AttributeError):
        return Originals(())
    return Originals(tuple(path if path.is_dir() else path.parent for path in places))


def _relative(path: Path, start: Path) -> str:
    try:
        return Path(os.path.relpath(path, start)).as_posix()
    except ValueError:  # on another drive of Windows
        return path.as_posix()
