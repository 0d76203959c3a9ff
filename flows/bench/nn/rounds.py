"""All contenders of a cell in turns, round after round, so that a busy machine is busy for all."""

import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from flows.bench.nn.cell import Cell
from flows.bench.nn.contenders import OURS, Contender
from flows.bench.nn.terms import FAULT_STEPS, MEMORY_BATCH, MEMORY_STEPS, PAUSE, TURN, WARM
from flows.bench.nn.working import Worker, WorkerError, working


@dataclass(slots=True)
class Measured:
    """What a contender took in a cell: wall time."""

    contender: Contender
    seconds: list[float] = field(default_factory=list)  # of a step, one a round
    growth: float | None = None  # MiB in MEMORY_STEPS above the state after import and build
    faults: float | None = None  # page faults of a step
    reason: str = ""  # why there are no figures


def measured(cell: Cell, contenders: Sequence[Contender], runs: int, log: Path) -> list[Measured]:
    """The installed contenders through so many rounds of a cell, one at a time.

    One that fails has a reason instead of figures.
    """
    print(cell, file=sys.stderr)
    found = [Measured(contender) for contender in contenders if contender.version is not None]
    with ExitStack() as stack:
        ready = [part for one in found if (part := _begun(one, cell, log, stack))]
        for run in range(runs):
            first = run % max(1, len(ready))  # nobody always goes first
            for turn in ready[first:] + ready[:first]:
                turn.take()
                time.sleep(PAUSE)
    return found


@dataclass(frozen=True, slots=True)
class Turn:
    """What a contender does each round."""

    one: Measured
    worker: Worker
    steps: int

    def take(self) -> None:
        """Measure it once more, unless it has failed."""
        if not self.one.reason:
            try:
                self.one.seconds.append(self.worker.ask("seconds", self.steps) / self.steps)
            except WorkerError as error:
                self.one.reason, self.one.seconds = str(error), []


def _begun(one: Measured, cell: Cell, log: Path, stack: ExitStack) -> Turn | None:
    """The contender's process, warmed up and asked what is asked once; None where it fails."""
    watched = cell.task == "train" and cell.batch == MEMORY_BATCH
    try:
        worker = stack.enter_context(working(one.contender, cell, log))
        if watched:
            one.growth = worker.ask("growth", MEMORY_STEPS)
        else:
            worker.ask("seconds", WARM)
        if watched and one.contender is OURS:
            one.faults = worker.ask("faults", FAULT_STEPS)
        return Turn(one, worker, _steps_of_a_turn(worker))
    except WorkerError as error:
        one.reason = str(error)
        return None


def _steps_of_a_turn(worker: Worker) -> int:
    """How many take about TURN; short ones are tried by the dozen, for a single one says little."""
    steps, took = 1, float(worker.ask("seconds", 1))
    while took < TURN / 4:
        steps *= 4
        took = float(worker.ask("seconds", steps))
    return max(1, round(steps * TURN / took))
