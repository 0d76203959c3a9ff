"""Runs a command and kills it at a boundary: just before or after something is put in place.

As a script it is the process that dies:
`python tests/killing.py K MOMENTS MODULE:FUNCTION ARGUMENT...` calls the function with the
arguments and sends itself SIGKILL at boundary K (0 is the first). MOMENTS are names of `Moment`
with commas between; only these are boundaries. With K = -1 it dies nowhere and ends with a line
`boundaries: NAME NAME ...` on stderr.
"""

import http.client
import importlib
import os
import signal
import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Collection, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).parents[1]


class Moment(StrEnum):
    """Where a process may be killed."""

    COMMIT = "commit"  # before an SQLite transaction is committed
    COMMITTED = "committed"
    SEND = "send"  # before a request, or a part of one, is written to its socket
    SENT = "sent"
    TORN = "torn"  # half of a file is written
    WRITTEN = "written"  # all of it, and nothing of it is certain to be on disk
    SYNCED = "synced"  # it is
    RENAME = "rename"  # before a file, or a folder, is moved into its place
    RENAMED = "renamed"
    REMOVE = "remove"  # before a file is removed
    REMOVED = "removed"


PLACING = (Moment.COMMIT, Moment.RENAME)


def passed(command: Sequence[str], moments: Collection[Moment] = PLACING) -> list[Moment]:
    """Run the command (MODULE:FUNCTION, arguments) to its end; return the boundaries it passed."""
    done = _run(-1, moments, command)
    if done.returncode:
        raise AssertionError(done.stderr)
    return told(done.stderr)


def told(complaint: str) -> list[Moment]:
    """The boundaries that a process passed, from its stderr."""
    return [Moment(name) for name in complaint.rsplit("boundaries:", 1)[1].split()]


def boundaries(command: Sequence[str]) -> int:
    """Run the command to its end; return how often it put a file or a commit in place."""
    return len(passed(command))


def killed_at(boundary: int, command: Sequence[str], moments: Collection[Moment] = PLACING) -> bool:
    """Run the command and kill it there; return whether it lived so long."""
    done = _run(boundary, moments, command)
    if done.returncode not in {0, -signal.SIGKILL}:
        raise AssertionError(done.stderr)
    return done.returncode == -signal.SIGKILL


def started(
    boundary: int, command: Sequence[str], moments: Collection[Moment] = PLACING
) -> subprocess.Popen[str]:
    """The command as a process that dies at this boundary, for who has something to say to it."""
    return subprocess.Popen(
        [sys.executable, __file__, str(boundary), ",".join(moments), *command],
        cwd=REPOSITORY,
        env=os.environ | {"PYTHONPATH": str(REPOSITORY)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )


def _run(
    boundary: int, moments: Collection[Moment], command: Sequence[str]
) -> subprocess.CompletedProcess[str]:
    with started(boundary, command, moments) as process:
        stdout, stderr = process.communicate()
    return subprocess.CompletedProcess(command, process.returncode, stdout, stderr)


class Reaper:
    """Counts boundaries and kills this process at one of them."""

    def __init__(self, boundary: int, moments: Collection[Moment]) -> None:
        self.passed: list[Moment] = []
        self._boundary = boundary
        self._moments = moments
        self._lock = threading.Lock()

    def visit(self, moment: Moment) -> None:
        with self._lock:
            if self._comes(moment):
                os.kill(os.getpid(), signal.SIGKILL)

    def tear(self, path: str, before: bytes) -> None:
        """Die as in the middle of writing this file: the half of what is new is not there.

        Behind what it held `before` that is what was added, else the whole file.
        """
        with self._lock:
            if self._comes(Moment.TORN):
                now = Path(path).read_bytes()
                kept = len(before) if now.startswith(before) else 0
                os.truncate(path, (kept + len(now)) // 2)
                os.kill(os.getpid(), signal.SIGKILL)

    def _comes(self, moment: Moment) -> bool:
        """Whether the process is to die at this moment, which is counted."""
        if moment in self._moments:
            self.passed.append(moment)
        return moment in self._moments and len(self.passed) - 1 == self._boundary


def watch_renames(reaper: Reaper) -> None:
    """Visit the reaper around each rename into place; pathlib works by `os`, too."""
    replace = os.replace

    def replace_or_die(*args: Any, **kwargs: Any) -> None:
        reaper.visit(Moment.RENAME)
        replace(*args, **kwargs)
        reaper.visit(Moment.RENAMED)

    os.replace = replace_or_die


def watch_removals(reaper: Reaper) -> None:
    """Visit the reaper around each removal of a file."""
    unlink = os.unlink

    def unlink_or_die(*args: Any, **kwargs: Any) -> None:
        reaper.visit(Moment.REMOVE)
        unlink(*args, **kwargs)
        reaper.visit(Moment.REMOVED)

    os.unlink = unlink_or_die


def watch_writes(reaper: Reaper) -> None:
    """Visit the reaper around each fsync of a file, which is when all of it has been written."""
    fsync, open_file = os.fsync, os.open
    opened: dict[int, tuple[Any, bytes]] = {}  # path and content, by handle, as last opened

    def open_noted(path: Any, *args: Any, **kwargs: Any) -> int:
        handle = open_file(path, *args, **kwargs)
        is_written = len(args) > 0 and args[0] & os.O_RDWR  # else only to be flushed
        size = os.fstat(handle).st_size
        opened[handle] = path, os.pread(handle, size, 0) if is_written else b""
        return handle

    def fsync_or_die(handle: int) -> None:
        is_file = stat.S_ISREG(os.fstat(handle).st_mode)
        if is_file:
            reaper.tear(*opened[handle])
            reaper.visit(Moment.WRITTEN)
        fsync(handle)
        if is_file:
            reaper.visit(Moment.SYNCED)

    os.open = open_noted
    os.fsync = fsync_or_die  # type: ignore[assignment]


def watch_requests(reaper: Reaper) -> None:
    """Visit the reaper around each writing to the socket of an HTTP client, over TLS or not."""
    send = http.client.HTTPConnection.send

    def send_or_die(self: http.client.HTTPConnection, data: Any) -> None:
        reaper.visit(Moment.SEND)
        send(self, data)
        reaper.visit(Moment.SENT)

    http.client.HTTPConnection.send = send_or_die  # type: ignore[method-assign]


def watch_commits(reaper: Reaper) -> None:
    """Visit the reaper around each commit of an SQLite transaction."""
    connect: Any = sqlite3.connect

    class Connection(sqlite3.Connection):
        def commit(self) -> None:
            reaper.visit(Moment.COMMIT)
            super().commit()
            reaper.visit(Moment.COMMITTED)

        def __exit__(self, *failure: Any) -> Any:  # noqa: PYI036  # passed on as it came
            reaper.visit(Moment.COMMIT)
            is_handled = super().__exit__(*failure)
            reaper.visit(Moment.COMMITTED)
            return is_handled

        def execute(self, sql: str, *parameters: Any) -> sqlite3.Cursor:
            is_commit = sql.strip().upper().startswith(("COMMIT", "END"))
            if is_commit:
                reaper.visit(Moment.COMMIT)
            cursor = super().execute(sql, *parameters)
            if is_commit:
                reaper.visit(Moment.COMMITTED)
            return cursor

    def connect_watched(*args: Any, **kwargs: Any) -> Any:
        return connect(*args, **{"factory": Connection} | kwargs)

    sqlite3.connect = connect_watched


def main() -> int:
    boundary, moments, target, *arguments = sys.argv[1:]
    module, function = target.split(":")
    reaper = Reaper(int(boundary), {Moment(name) for name in moments.split(",")})
    for watch in watch_renames, watch_removals, watch_writes, watch_requests, watch_commits:
        watch(reaper)
    status: int = getattr(importlib.import_module(module), function)(arguments)
    print("boundaries:", *reaper.passed, file=sys.stderr)
    return status


if __name__ == "__main__":
    sys.exit(main())
