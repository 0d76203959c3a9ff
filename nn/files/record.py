"""stage.json of a training: whose the folder is, and whether the work in it is done."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crawler.files import FolderBusyError, StageFolder, stage_folder, versions
from nn.errors import NNError
from nn.files.identity import differences


class OtherRunError(NNError):
    """The folder is that of another training, of another stage, or of a process at work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A folder that is this process's, for one piece of work."""

    folder: StageFolder
    is_finished: bool  # this very work ended here before
    record: Mapping[str, Any]

    def begin(self) -> None:
        """Write down what is being made here."""
        self.folder.write({**self.record, "finished": False})

    def finish(self) -> None:
        """Write down that all of it is in place."""
        self.folder.write({**self.record, "finished": True})


@contextmanager
def claimed(
    out: Path, identity: Mapping[str, Any], *, stage: str, result: str, restart: bool
) -> Iterator[Claim]:
    """Within this context the folder is ours, for the work that the identity says.

    Raises OtherRunError where another's work lies, unless `restart` replaces it.
    """
    record = {**identity, "stage": stage, "result": result, "versions": software()}
    try:
        with stage_folder(out) as folder:
            is_finished = _is_finished(folder, stage, identity, restart=restart)
            yield Claim(folder=folder, is_finished=is_finished, record=record)
    except FolderBusyError as error:
        raise OtherRunError(str(error)) from error


def software() -> dict[str, str]:
    """The versions that decide the bits of a training."""
    return versions("numpy", "pillow")


def _is_finished(
    folder: StageFolder, stage: str, this: Mapping[str, Any], *, restart: bool
) -> bool:
    """Whether this very work has ended here; raises OtherRunError where another's lies."""
    record = folder.record
    if record is None:
        return False
    if record.get("stage") != stage:
        raise OtherRunError(
            f"{folder.path} belongs to the stage {record.get('stage')}; choose another --out"
        )
    others = differences(record, this)
    if others and not restart:
        raise OtherRunError(
            f"{folder.path} holds a training with {', '.join(others)}; "
            "add --restart to replace it, or choose another --out"
        )
    return not others and bool(record.get("finished"))
