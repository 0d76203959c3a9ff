"""A contender at work, a process of its own: `python -m flows.bench.nn.worker MODULE FORM CELL`.

CELL is four words. It answers each line of standard input, a request and a number of steps, with a
line of JSON: what was asked, or {"error": ...}, which is its last. What libraries print goes to
stderr.
"""

import importlib
import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from statistics import median
from typing import Any, TextIO

from flows.bench.nn import process_facts
from flows.bench.nn.cell import Cell

Step = Callable[[], object]


def seconds(step: Step, count: int) -> float:
    """Wall time of so many steps."""
    started = time.perf_counter()
    for _ in range(count):
        step()
    return time.perf_counter() - started


def growth(step: Step, count: int) -> float | None:
    """MiB by which memory rose at most above what it was, in so many steps."""
    before = process_facts.resident() if process_facts.reset_peak() else None
    seconds(step, count)
    after = process_facts.peak()
    return None if before is None or after is None else max(0.0, after - before)


def faults(step: Step, count: int) -> float | None:
    """Page faults of a step, the median of so many."""
    found = []
    for _ in range(count):
        before = process_facts.faults()
        step()
        after = process_facts.faults()
        if before is None or after is None:
            return None
        found.append(after - before)
    return median(found)


REQUESTS = {"seconds": seconds, "growth": growth, "faults": faults}


def main(argv: Sequence[str]) -> None:
    """Make the step, say so, and do what is asked until standard input ends."""
    module, form, task, model, batch, threads = argv
    answers = _answers()
    try:
        make = getattr(importlib.import_module(module), task)
        step: Step = make(Cell(task, model, int(batch), int(threads)), form)
        _say(answers, "ready")
        for line in sys.stdin:
            request, count = line.split()
            _say(answers, REQUESTS[request](step, int(count)))
    except Exception as error:
        first = next(iter(str(error).splitlines()), "")
        _say(answers, {"error": f"{type(error).__name__}: {first}".rstrip(": ")})
        raise


def _answers() -> TextIO:
    """Where answers go; from now on anything else that is printed goes to stderr."""
    stream = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return stream


def _say(answers: TextIO, what: Any) -> None:
    print(json.dumps(what), file=answers, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
