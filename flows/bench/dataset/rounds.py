"""All ways of a job one after the other, round after round, so that a busy machine is busy for all.

What counts is the processor time of this process: other work on the machine adds little to it.
"""

import importlib
import sys
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from time import process_time

from threadpoolctl import threadpool_limits

from flows.bench.dataset.jobs import Job
from flows.bench.dataset.programs import Program
from flows.bench.dataset.way import Way
from flows.bench.errors import BenchError


@dataclass(frozen=True, slots=True)
class Measured:
    """What a way of a program took for one image in each round: CPU seconds."""

    program: Program
    way: Way
    seconds: list[float]


def measured(job: Job, programs: Sequence[Program], runs: int) -> list[Measured]:
    """Every way of the installed programs through a job, in so many rounds on one thread.

    Raises BenchError where one of them fails.
    """
    found = [Measured(program, way, []) for program, way in _ways(job, programs)]
    with threadpool_limits(1):
        for one in found:
            _exhaust(job, one, 1)  # the first batch warms up
        for run in range(runs):
            print(f"{job.name}: round {run + 1} of {runs}", file=sys.stderr)
            first = run % len(found)  # nobody always goes first
            for one in found[first:] + found[:first]:
                started = process_time()
                _exhaust(job, one)
                one.seconds.append((process_time() - started) / one.way.images)
    return found


def _ways(job: Job, programs: Sequence[Program]) -> Iterator[tuple[Program, Way]]:
    for program in programs:
        if job.kind in program.kinds and program.version is not None:
            try:
                module = importlib.import_module(program.module)
                ways: list[Way] = [*getattr(module, job.kind)(job.material)]
            except Exception as error:
                raise _failed(program, job, error) from error
            yield from ((program, way) for way in ways)


def _exhaust(job: Job, one: Measured, batches: int | None = None) -> None:
    """Let a pass make its batches, all of them or so many, and forget them."""
    try:
        deque(islice(one.way.once(), batches), maxlen=0)
    except Exception as error:
        raise _failed(one.program, job, error) from error


def _failed(program: Program, job: Job, error: Exception) -> BenchError:
    first = next(iter(str(error).splitlines()), "")
    return BenchError(f"{program.name} failed at {job.name!r}: {type(error).__name__}: {first}")
