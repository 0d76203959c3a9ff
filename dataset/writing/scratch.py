"""Images between decoding and the shards: on disk, in a file without a name that dies with us."""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np

from dataset.store import Images


class Scratch:
    """Keeps images of one shape by their id, so that memory does not grow with their number."""

    def __init__(self, folder: Path, shape: tuple[int, ...]) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115  # closed by __exit__
        self._shape = shape
        self._rows: dict[str, int] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()

    def put(self, name: str, image: Images) -> None:
        """Keep an image, unless one of this name is kept already."""
        if name not in self._rows:
            self._rows[name] = len(self._rows)
            self._file.write(image.tobytes())

    def __contains__(self, name: str) -> bool:
        return name in self._rows

    def get(self, names: Sequence[str]) -> Images:
        """The images of these names, in their order: (n, *shape)."""
        self._file.flush()
        shape = (len(self._rows), *self._shape)
        images: Images = np.memmap(self._file, np.uint8, "r", shape=shape)
        return np.asarray(images[[self._rows[name] for name in names]])
