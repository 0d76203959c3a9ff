"""Files that are whole or absent, names by content, and the locked folder of a stage."""

import hashlib
import json
import os
import re
import secrets
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import IO, Any

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl


PART = re.compile(r"\..{1,40}\.[0-9a-f]{12}\.part", re.DOTALL)  # the name of a temporary file


class FolderBusyError(Exception):
    """Another process works in the folder of a stage."""


def sha256(data: bytes | memoryview) -> str:
    """The hexadecimal SHA-256 of bytes in memory."""
    return hashlib.sha256(data).hexdigest()


def sha256_of(path: Path) -> str:
    """The hexadecimal SHA-256 of a file, read in blocks."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def canonical_json(value: object) -> str:
    """JSON with sorted keys and no white space: equal values give equal text."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def versions(*distributions: str) -> dict[str, str]:
    """The installed version of each distribution, for the record of a stage."""
    return {name: version(name) for name in distributions}


@contextmanager
def replacing(path: Path, parts: Path | None = None) -> Iterator[Path]:
    """Yield a temporary path; move it into place, on disk, if the block succeeds.

    It lies in the folder `parts` of the same disk, by default beside `path`. A reader sees the old
    file or the new one, also after a power cut. What a kill leaves behind can be swept. Raises
    OSError that names `path`: what a full disk refuses has no name of its own.
    """
    folder = parts or path.parent
    part = folder / f".{path.name[:40]}.{secrets.token_hex(6)}.part"
    with _naming(path, part):
        for each in {folder, path.parent}:
            if not each.is_dir():
                each.mkdir(parents=True, exist_ok=True)
        try:
            yield part
            _flush(part)
            part.replace(path)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
        _flush(path.parent)


def sweep(folder: Path) -> None:
    """Remove the temporary files that a killed process left anywhere under `folder`."""
    for part in folder.rglob(".*.part"):
        if PART.fullmatch(part.name):
            part.unlink(missing_ok=True)


@contextmanager
def _naming(path: Path, part: Path | None = None) -> Iterator[None]:
    """What the operating system refuses is told with the name of the file, not of its `part`."""
    try:
        yield
    except OSError as error:
        if error.filename is None or os.fspath(error.filename) == str(part):
            error.filename = str(path)
        raise


def _flush(path: Path) -> None:
    """Ask the operating system to put a file or a folder's names on disk."""
    how = os.O_RDONLY
    if sys.platform == "win32":
        if path.is_dir():
            return  # Windows has no handle for a folder; its renames are journalled
        how = os.O_RDWR  # and flushes no file that it may only read
    handle = os.open(path, how)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@dataclass(slots=True)
class StageFolder:
    """The output folder of a stage, locked for this process; `stage.json` says what it holds.

    The record has the keys stage, config, inputs, versions, finished and result.
    """

    path: Path
    _file: IO[bytes]

    @property
    def record(self) -> dict[str, Any] | None:
        """What the last run wrote, or None where none ever did."""
        self._file.seek(0)
        try:
            record = json.loads(self._file.read() or b"null")
        except ValueError:  # torn by a power cut: as good as never written
            return None
        return record if isinstance(record, dict) else None

    def write(self, record: Mapping[str, Any]) -> None:
        """Replace the record. In place: a rename would leave the lock on the file that was."""
        text = json.dumps(record, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
        data = text.encode()
        before = self._file.seek(0, os.SEEK_END)
        self._file.seek(0)
        rest = memoryview(data.ljust(before))  # one write of valid JSON, however long the old text
        with _naming(self.path / "stage.json"):
            while rest:  # a second time only where the disk is full, which is told then
                rest = rest[self._file.write(rest) :]
            self._file.truncate(len(data))
            os.fsync(self._file.fileno())


@contextmanager
def stage_folder(out: Path) -> Iterator[StageFolder]:
    """Create `out`, lock its `stage.json` for this process, and yield it as a `StageFolder`.

    Raises FolderBusyError where another process holds the lock. The operating system lets go of
    it when the process ends, however it ends.
    """
    out.mkdir(parents=True, exist_ok=True)
    handle = os.open(out / "stage.json", os.O_RDWR | os.O_CREAT, 0o666)
    with os.fdopen(handle, "r+b", buffering=0) as file:
        try:
            _lock(file)
        except (BlockingIOError, PermissionError) as error:
            raise FolderBusyError(
                f"{out} is in use by another process; wait until it ends or choose another --out"
            ) from error
        yield StageFolder(out, file)


def _lock(file: IO[bytes]) -> None:
    """Take the exclusive lock of an open file or raise OSError at once."""
    if sys.platform == "win32":
        file.seek(1 << 30)  # a byte beyond the text, which others may then still read
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
    else:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
