"""Processes of their own are asked to end, made to, and recognised by their number."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from flows import process

DEAF = """
import signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
print(child.pid, flush=True)
time.sleep(60)
"""


def started(code: str, log: Path) -> process.Process:
    return process.start([sys.executable, "-c", code], os.environ, log)


def test_a_process_that_ends_when_asked_leaves_its_output_in_the_log(tmp_path: Path) -> None:
    log = tmp_path / "log"
    one = started("import time; print('ready', flush=True); time.sleep(60)", log)
    wait_for(log)
    assert one.alive()
    one.stop()
    assert not one.alive()
    assert log.read_text(encoding="utf-8").split() == ["ready"]


@pytest.mark.skipif(sys.platform == "win32", reason="SIGTERM cannot be ignored on Windows")
def test_a_process_that_ignores_the_asking_is_made_to_end_with_its_children(
    tmp_path: Path,
) -> None:
    log = tmp_path / "log"
    one = started(DEAF, log)
    child = process.Process(int(wait_for(log)))
    one.stop(patience=0.2)
    assert not one.alive()
    deadline = time.monotonic() + 10
    while child.alive() and time.monotonic() < deadline:  # until init has seen to it
        time.sleep(0.02)
    assert not child.alive()


def test_a_process_of_another_command_is_known_by_its_number(tmp_path: Path) -> None:
    one = started("import time; time.sleep(60)", tmp_path / "log")
    assert process.Process(one.pid).alive()
    one.stop()
    assert not process.Process(one.pid).alive()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows forgets a dead process at once")
def test_a_dead_child_of_another_is_not_waited_for_without_end() -> None:
    command = [sys.executable, "-c", "import time; time.sleep(60)"]
    with subprocess.Popen(command, start_new_session=True) as child:
        other = process.Process(child.pid)
        started = time.monotonic()
        other.stop(patience=0.2)
        assert time.monotonic() - started < 5
        assert other.alive()  # by its number: nobody has taken note of its end
        assert child.wait(10) < 0


def wait_for(log: Path) -> str:
    """The first line of a log, as soon as it is there."""
    deadline = time.monotonic() + 30
    while not log.read_text(encoding="utf-8").endswith("\n"):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return log.read_text(encoding="utf-8")
