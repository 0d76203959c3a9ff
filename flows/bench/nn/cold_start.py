"""A program started on one photo, again and again, each time from nothing."""

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from flows.bench.drawn import drawn


@dataclass(frozen=True, slots=True)
class ColdStart:
    """A step that is a whole process; the files it reads live as long as this does."""

    command: Sequence[str]
    files: TemporaryDirectory[str]

    def __call__(self) -> None:
        """Run it to its end. Raises CalledProcessError where it fails."""
        subprocess.run(self.command, check=True, capture_output=True)  # noqa: S603  # ours


def photo_in(folder: Path) -> Path:
    """A JPEG, drawn into a folder."""
    return min(drawn(folder, 1).glob("*/*.jpg"))
