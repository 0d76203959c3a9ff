"""A worker as seen from the bench: started, asked, ended."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from flows.bench.errors import BenchError
from flows.bench.nn.cell import Cell
from flows.bench.nn.contenders import Contender
from flows.process import APART

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
PATIENCE = 3.0  # seconds for a worker to end by itself


class WorkerError(BenchError):
    """A contender failed; the reason is one line."""


class Worker:
    """The process of a contender, which works only while it is asked."""

    def __init__(self, process: subprocess.Popen[str], log: Path) -> None:
        self._process, self._log = process, log

    def ask(self, request: str, steps: int) -> Any:
        """Let it do so many steps; return what it found. Raises WorkerError."""
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):  # how it ended is told next
            print(request, steps, file=self._process.stdin, flush=True)
        return self.answer()

    def answer(self) -> Any:
        """The next thing it says. Raises WorkerError where that is the end."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            status = self._process.wait()
            raise WorkerError(f"it ended with status {status}; its log is {self._log}")
        said = json.loads(line)
        if isinstance(said, dict):
            raise WorkerError(said["error"])
        return said


@contextmanager
def working(contender: Contender, cell: Cell, log: Path) -> Iterator[Worker]:
    """A contender that is ready for a cell while the block runs; what it prints goes to a log.

    Libraries read the number of threads when they are imported, so it stands in the environment.
    """
    words = (contender.module, contender.form, *map(str, cell[:]))
    env = os.environ | dict.fromkeys(THREADS, str(cell.threads))
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with log.open("a", encoding="utf-8") as errors:
        process = subprocess.Popen(  # noqa: S603  # ours
            [sys.executable, "-m", "flows.bench.nn.worker", *words],
            **pipes,
            **APART,
            stderr=errors,
            env=env,
            encoding="utf-8",
        )
    try:
        worker = Worker(process, log)
        worker.answer()
        yield worker
    finally:
        _end(process)


def _end(process: subprocess.Popen[str]) -> None:
    """Let it find no more requests, so that it can clear up; or kill it."""
    try:
        process.communicate(timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
