"""Commands of flows as processes, and what their Prefect server tells through its API."""

import json
import os
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

PAGES = re.compile(r"Prefect's pages: (\S+)")

Found = TypeVar("Found")


class Command:
    """One command at work; its stderr goes to a file, for whoever reads over its shoulder."""

    def __init__(self, log: Path, *argv: str | Path, **env: str) -> None:
        self.log = log
        inherited = {name: text for name, text in os.environ.items() if name != "PREFECT_API_URL"}
        with log.open("wb") as stderr:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "flows", *map(str, argv)],
                env=inherited | env,
                stdout=subprocess.PIPE,
                stderr=stderr,
            )

    def said(self, pattern: str, seconds: float = 120) -> re.Match[str]:
        """The first match in what it says on stderr, as soon as it is there."""

        def look() -> re.Match[str] | None:
            text = self.log.read_text(encoding="utf-8")
            found = re.search(pattern, text)
            assert found or self.process.poll() is None, text
            return found

        return until(look, seconds)

    @property
    def pages(self) -> str:
        """The address of its Prefect server."""
        return self.said(PAGES.pattern)[1]

    def end(self) -> tuple[int, str]:
        """Its exit status and what it wrote on stdout."""
        output, _ = self.process.communicate(timeout=60)
        return self.process.returncode, output.decode()


@contextmanager
def command(log: Path, *argv: str | Path, **env: str) -> Iterator[Command]:
    """Start a command; whatever happens, it does not outlive the block."""
    started = Command(log, *argv, **env)
    try:
        yield started
    finally:
        if started.process.poll() is None:
            started.process.terminate()
        started.process.wait(60)
        if started.process.stdout is not None:
            started.process.stdout.close()


def ask(pages: str, what: str, **query: Any) -> list[dict[str, Any]]:
    """What the server's API has of a kind: flow_runs, task_runs, artifacts, logs."""
    request = urllib.request.Request(
        f"{pages}/api/{what}/filter",
        json.dumps(query).encode(),
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        found: list[dict[str, Any]] = json.load(answer)
    return found


def answers(pages: str) -> bool:
    """Whether a server is there."""
    try:
        with urllib.request.urlopen(f"{pages}/api/health", timeout=10):
            return True
    except (urllib.error.URLError, ConnectionError):
        return False


def completed(pages: str) -> list[dict[str, Any]]:
    """The scheduled runs that are complete."""
    runs = ask(pages, "flow_runs")
    return [run for run in runs if run["auto_scheduled"] and run["state_type"] == "COMPLETED"]


def until(look: Callable[[], Found | None], seconds: float) -> Found:
    """The first true thing that looking gives."""
    deadline = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < deadline, f"nothing for {seconds:.0f} seconds"
        time.sleep(0.1)
    return found
