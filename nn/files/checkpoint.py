"""checkpoint.safetensors: where a training stands at the end of an epoch, to go on bit for bit.

Parameters, running statistics, the optimiser's vectors, the best weights so far and the counters,
under the same seal as a model (nn.files.sealed); beside them which run it is and the epochs' rows.
"""

import logging
import math
from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from typing import Any, TypeVar

from nn.arrays import Array
from nn.errors import ModelFileError, StateError
from nn.files.identity import differences
from nn.files.sealed import read_sealed, seal
from nn.training.diagnosis import LayerRow
from nn.training.epoch import EpochRow
from nn.training.train import Training

log = logging.getLogger(__name__)

Row = TypeVar("Row", EpochRow, LayerRow)

KIND = "checkpoint"
REMEDY = "with --restart the training begins anew"


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """The state of one run after an epoch."""

    run: Mapping[str, Any]  # what identifies the run, as plain JSON
    arrays: Mapping[str, Array]  # as nn.training.train.Training.state gives them
    facts: Mapping[str, Any]
    history: tuple[EpochRow, ...]
    diagnosis: tuple[LayerRow, ...] = ()

    def encode(self) -> bytes:
        """The bytes of the file."""
        facts = {
            "kind": KIND,
            "run": self.run,
            "training": self.facts,
            "history": _plain(self.history),
            "diagnosis": _plain(self.diagnosis),
        }
        return seal(self.arrays, facts)


def read_checkpoint(path: Path) -> Checkpoint:
    """Read a checkpoint; raises ModelFileError in one sentence for anything that is not one."""
    arrays, facts = read_sealed(path, KIND, REMEDY)
    try:
        return Checkpoint(
            run=dict(facts["run"]),
            arrays=arrays,
            facts=dict(facts["training"]),
            history=_rows(EpochRow, facts["history"]),
            diagnosis=_rows(LayerRow, facts.get("diagnosis", [])),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise ModelFileError(f"{path} holds no state of a training: {error}") from error


def resume(
    training: Training, path: Path, run: Mapping[str, Any], *, restart: bool
) -> list[EpochRow]:
    """Put a training where the checkpoint of its run stands; return the rows of the epochs done.

    Without a checkpoint, or with that of another run, it stays at its beginning. A damaged one
    raises ModelFileError unless `restart`.
    """
    try:
        found = read_checkpoint(path) if path.exists() else None
    except ModelFileError as error:
        if not restart:
            raise
        log.warning("%s", error)
        found = None
    if found is None or differences(found.run, run):
        return []
    try:
        training.load_state(found.arrays, found.facts)
        training.diagnosis = list(found.diagnosis)
    except (StateError, KeyError, TypeError) as error:
        raise ModelFileError(f"{path} holds no state of this run: {error}") from error
    log.info("going on after epoch %d", training.epoch)
    return list(found.history)


def _plain(rows: Iterable[EpochRow | LayerRow]) -> list[list[Any]]:
    """Rows as JSON: a list a row, null for NaN."""
    return [[_or_null(value) for value in astuple(row)] for row in rows]


def _or_null(value: Any) -> Any:
    return None if isinstance(value, float) and math.isnan(value) else value


def _rows(kind: type[Row], plain: Iterable[list[Any]]) -> tuple[Row, ...]:
    names = [field.name for field in fields(kind)]
    known: Iterable[list[Any]] = (
        [math.nan if value is None else value for value in values] for values in plain
    )
    return tuple(kind(**dict(zip(names, values, strict=True))) for values in known)
