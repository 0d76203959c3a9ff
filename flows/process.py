"""Processes that outlive a Ctrl-C in our terminal: started apart, asked to end, then made to.

The only module that knows signals and process groups; elsewhere a process is a number and a verb.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

PATIENCE = 10.0  # seconds between asking a process to end and making it


class Process:
    """A process by its number, be it a child of ours or one that an earlier command left."""

    def __init__(self, pid: int, child: subprocess.Popen[bytes] | None = None) -> None:
        self.pid = pid
        self._child = child

    def alive(self) -> bool:
        """Whether it still runs."""
        if self._child is not None:
            return self._child.poll() is None  # also takes the dead child off the system's table
        return _exists(self.pid)

    def ask(self) -> None:
        """Ask it to end."""
        _ask(self.pid)

    def stop(self, patience: float = PATIENCE) -> None:
        """Ask it to end and, `patience` seconds later, end it and its children.

        Returns at the latest after as long again: the dead child of another process keeps its
        number until that one has taken note.
        """
        for end in (self.ask, partial(_kill, self.pid)):
            if not self.alive():
                return
            end()
            deadline = time.monotonic() + patience
            while self.alive() and time.monotonic() < deadline:
                time.sleep(0.05)


def start(command: Sequence[str], env: Mapping[str, str], log: Path) -> Process:
    """Start a command in a process group of its own, its output appended to the file `log`."""
    with log.open("ab") as output:
        child = subprocess.Popen(  # noqa: S603  # a command of ours
            command,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            **APART,
        )
    return Process(child.pid, child)


if sys.platform == "win32":  # where os.kill(pid, 0) would send a Ctrl-C
    APART: dict[str, Any] = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}

    def _exists(pid: int) -> bool:
        listed = _windows("tasklist", "/fi", f"PID eq {pid}", "/nh", "/fo", "csv")
        return f'"{pid}"'.encode() in listed

    def _ask(pid: int) -> None:
        os.kill(pid, signal.CTRL_BREAK_EVENT)

    def _kill(pid: int) -> None:
        _windows("taskkill", "/pid", str(pid), "/t", "/f")

    def _windows(*command: str) -> bytes:
        """What a tool of the system prints."""
        return subprocess.run(command, capture_output=True, check=False).stdout  # noqa: S603  # ours

else:
    APART: dict[str, Any] = {"start_new_session": True}

    def _exists(pid: int) -> bool:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
        except PermissionError:  # somebody else's
            return True
        return True

    def _ask(pid: int) -> None:
        _signal_group(pid, signal.SIGTERM)

    def _kill(pid: int) -> None:
        _signal_group(pid, signal.SIGKILL)

    def _signal_group(pid: int, number: signal.Signals) -> None:
        """Signal the group a process leads, or nobody where it has gone."""
        try:
            os.killpg(pid, number)
        except ProcessLookupError:
            return
