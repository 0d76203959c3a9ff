"""The gallery's server as seen from the bench: started, asked for its counts, ended."""

import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flows.bench.errors import BenchError
from flows.bench.gallery import HOSTS, Gallery
from flows.process import APART


@dataclass(frozen=True, slots=True)
class Host:
    """A server at work."""

    seed: str  # the address of its front page
    _process: subprocess.Popen[str]

    def counts(self) -> dict[str, int]:
        """End it; return what it counted, as Tally does."""
        output, _ = self._process.communicate()
        counts: dict[str, int] = json.loads(output)
        return counts


@contextmanager
def hosting(photos: Path) -> Iterator[Host]:
    """Serve the photos of a folder from another process while the block runs."""
    command = [sys.executable, "-m", "flows.bench.server", str(photos)]
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, encoding="utf-8", **pipes, **APART) as process:  # noqa: S603  # ours
        try:
            assert process.stdout is not None
            port = process.stdout.readline()
            if not port:
                raise BenchError("the server of the gallery did not start")
            yield Host(Gallery([], int(port)).seed, process)
        finally:
            process.kill()


def require_hosts() -> None:
    """Raises BenchError where a host of the gallery is no address of this machine."""
    for host in HOSTS:
        try:
            socket.create_server((host, 0)).close()
        except OSError as error:
            raise BenchError(
                f"{host} is no address of this machine; on macOS: sudo ifconfig lo0 alias {host}"
            ) from error
