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

import numpy as np

from nn.arrays import Array
from nn.errors import ModelFileError, StateError, one_line
from nn.files.identity import differences
from nn.files.sealed import read_sealed, seal
from nn.training.diagnosis import LayerRow
from nn.training.epoch import EpochRow
from nn.training.train import Training

log = logging.getLogger(__name__)

Row = TypeVar("Row", EpochRow, LayerRow)

KIND = "checkpoint"
MAX_STEPS = 1 << 62
NUMBERS = (int, float)
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
            run=_run(facts["run"]),
            arrays=arrays,
            facts=_facts(facts["training"], epochs=len(facts["history"])),
            history=_history(facts["history"]),
            diagnosis=_rows(LayerRow, facts.get("diagnosis", [])),
        )
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise ModelFileError(f"{path} holds no state of a training: {one_line(error)}") from error


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
        _check_best(training)
    except (StateError, KeyError, TypeError, ValueError, OverflowError) as error:
        raise ModelFileError(f"{path} holds no state of this run: {one_line(error)}") from error
    log.info("going on after epoch %d", training.epoch)
    return list(found.history)


def _plain(rows: Iterable[EpochRow | LayerRow]) -> list[list[Any]]:
    """Rows as JSON: a list a row, null for NaN."""
    return [[_or_null(value) for value in astuple(row)] for row in rows]


def _run(facts: Any) -> dict[str, Any]:
    """What a file says of its run, or ValueError where that can be no run of ours."""
    run = dict(facts)
    if not isinstance(run["config"], dict):
        raise ValueError("a run without a config")  # noqa: TRY004  # of the file, not of the caller
    return run


def _facts(facts: Any, *, epochs: int) -> dict[str, Any]:
    """The counters of a training after so many epochs, or ValueError where they do not fit."""
    checked = dict(facts)
    epoch, step, best, score = (checked[n] for n in ("epoch", "step", "best_epoch", "best_score"))
    counted = all(type(count) is int for count in (epoch, step, best))
    if not (counted and epoch == epochs and 0 <= best <= epoch and 0 <= step < MAX_STEPS):
        raise ValueError(f"{epochs} epochs, but the counters {epoch}, {step} and {best}")
    if score is not None and type(score) not in {int, float}:
        raise ValueError(f"a best score of {score!r}")
    return checked


def _check_best(training: Training) -> None:
    """Raise StateError unless the best weights so far are weights of the model."""
    own = {name: array.shape for name, array in training.model.state().items()}
    if {name: array.shape for name, array in training.best.items()} != own:
        raise StateError("its best weights are those of another model")
    for name, array in (*training.model.state().items(), *training.best.items()):
        if not np.isfinite(array).all():
            raise StateError(f"{name} holds an infinite number, or none at all")


def _or_null(value: Any) -> Any:
    return None if isinstance(value, float) and math.isnan(value) else value


def _history(plain: Iterable[list[Any]]) -> tuple[EpochRow, ...]:
    """The rows of a history, or ValueError where they tell of no epochs one after the other.

    Only what is measured on a validation split may be missing.
    """
    rows = _rows(EpochRow, plain)
    for number, row in enumerate(rows, start=1):
        told = row.lr, row.loss, row.penalty, row.accuracy, row.seconds, row.images_per_second
        if row.epoch != number or not all(map(math.isfinite, told)):
            raise ValueError(f"no epoch {number} as {row}")
    return rows


def _rows(kind: type[Row], plain: Iterable[list[Any]]) -> tuple[Row, ...]:
    """Rows from JSON; ValueError where a cell is not what its column holds."""
    columns = fields(kind)
    rows = []
    for values in plain:
        known: list[Any] = [math.nan if value is None else value for value in values]
        for column, value in zip(columns, known, strict=True):
            if type(value) not in ({int, float} if column.type in NUMBERS else {str}):
                raise ValueError(f"{column.name} of a row is {value!r}")
        rows.append(kind(**{c.name: value for c, value in zip(columns, known, strict=True)}))
    return tuple(rows)
