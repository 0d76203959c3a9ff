"""Runs a command and kills it at a boundary: just before a file or a commit is put in place.

As a script it is the process that dies: `python tests/killing.py K MODULE:FUNCTION ARGUMENT...`
calls the function with the arguments and sends itself SIGKILL at boundary K (0 is the first).
With K = -1 it dies nowhere and ends with a line `boundaries: N` on stderr.
"""

import importlib
import itertools
import os
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).parents[1]


def boundaries(command: Sequence[str]) -> int:
    """Run the command (MODULE:FUNCTION, arguments) to its end; return how many it passed."""
    done = _run(-1, command)
    if done.returncode:
        raise AssertionError(done.stderr)
    return int(done.stderr.rsplit("boundaries: ", 1)[1])


def killed_at(boundary: int, command: Sequence[str]) -> bool:
    """Run the command and kill it there; return whether it lived so long."""
    done = _run(boundary, command)
    if done.returncode not in {0, -signal.SIGKILL}:
        raise AssertionError(done.stderr)
    return done.returncode == -signal.SIGKILL


def _run(boundary: int, command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, __file__, str(boundary), *command],
        cwd=REPOSITORY,
        env=os.environ | {"PYTHONPATH": str(REPOSITORY)},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


class Reaper:
    """Counts boundaries and kills this process at one of them."""

    def __init__(self, boundary: int) -> None:
        self.boundary = boundary
        self.passed = 0
        self._counter = itertools.count()
        self._lock = threading.Lock()

    def visit(self) -> None:
        with self._lock:
            self.passed = next(self._counter) + 1
            if self.passed - 1 == self.boundary:
                os.kill(os.getpid(), signal.SIGKILL)


def watch_files(reaper: Reaper) -> None:
    """Visit the reaper before each rename into place."""
    replace = Path.replace

    def replace_or_die(self: Path, target: Path) -> Path:
        reaper.visit()
        return replace(self, target)

    Path.replace = replace_or_die  # type: ignore[assignment,method-assign]


def watch_commits(reaper: Reaper) -> None:
    """Visit the reaper before each commit of an SQLite transaction."""
    connect: Any = sqlite3.connect

    class Connection(sqlite3.Connection):
        def commit(self) -> None:
            reaper.visit()
            super().commit()

        def __exit__(self, *failure: Any) -> Any:  # noqa: PYI036  # passed on as it came
            reaper.visit()
            return super().__exit__(*failure)

        def execute(self, sql: str, *parameters: Any) -> sqlite3.Cursor:
            if sql.strip().upper().startswith(("COMMIT", "END")):
                reaper.visit()
            return super().execute(sql, *parameters)

    def connect_watched(*args: Any, **kwargs: Any) -> Any:
        return connect(*args, **{"factory": Connection} | kwargs)

    sqlite3.connect = connect_watched


def main() -> int:
    boundary, target, *arguments = sys.argv[1:]
    module, function = target.split(":")
    reaper = Reaper(int(boundary))
    watch_files(reaper)
    watch_commits(reaper)
    status: int = getattr(importlib.import_module(module), function)(arguments)
    print(f"boundaries: {reaper.passed}", file=sys.stderr)
    return status


if __name__ == "__main__":
    sys.exit(main())
