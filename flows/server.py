"""A Prefect server of our own for one folder: started, adopted, watched over and stopped."""

import json
import logging
import os
import socket
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from crawler.files import StageFolder, stage_folder
from flows import env, process

log = logging.getLogger(__name__)

PATIENCE = 120.0  # seconds a server may take to answer; a new database takes 15 on two busy cores
BACKOFF = 60.0  # seconds at most between a crash of the server and its next start


class ServerError(Exception):
    """No Prefect server answers; the sentence says which and what to do."""


class GivenServer:
    """The server that PREFECT_API_URL names; ours neither to start nor to stop."""

    def __init__(self, api: str) -> None:
        self.address = api.rstrip("/").removesuffix("/api")
        self._api = api.rstrip("/")

    def start(self) -> None:
        """Raise ServerError unless it runs already."""
        if _get(f"{self._api}/health") is None:
            raise ServerError(
                f"no Prefect server answers at PREFECT_API_URL={self._api}; "
                "start it, or unset the variable to have one started here"
            )

    def wait(self) -> None:
        """It answers already."""


class DedicatedServer:
    """The server of one folder: its home, database and log lie there.

    The folder's record holds the server's pid and port, so that the next command finds a server
    that a killed one left behind.
    """

    def __init__(self, folder: StageFolder) -> None:
        self.home = folder.path.resolve()
        self._folder = folder
        adopted = self._adopted(folder.record or {})
        self._process = adopted[0] if adopted else None
        self.port = adopted[1] if adopted else _free_port()
        self.address = env.address(self.port)
        self._stopping = threading.Event()
        self._watch = threading.Thread(target=self._watch_over, name="server-watch", daemon=True)

    def start(self) -> None:
        """Start it, unless one was adopted; it takes seconds until it answers."""
        if self._process is None:
            self._process = self._launched()

    def wait(self) -> None:
        """Return when the server answers, and from then on start it again whenever it dies.

        Raises ServerError where it does not come up.
        """
        deadline = time.monotonic() + PATIENCE
        while _get(f"{self.address}/api/health") is None:
            if time.monotonic() > deadline or not self._alive():
                path = self.home / "server.log"
                raise ServerError(f"the Prefect server does not come up; {path} says why")
            time.sleep(0.1)
        self._watch.start()

    def stop(self) -> None:
        """End the server and leave nothing running, even if a second Ctrl-C cuts this short."""
        self._stopping.set()
        if self._process is not None:
            self._process.ask()
        if self._watch.is_alive():
            self._watch.join()
        if self._process is not None:
            self._process.stop()
        self._folder.write({"stage": "prefect", "finished": True})

    def _alive(self) -> bool:
        return self._process is not None and self._process.alive()

    def _adopted(self, record: Mapping[str, Any]) -> tuple[process.Process, int] | None:
        """The server that a killed command left, if it lives and answers for this folder."""
        if "pid" not in record:
            return None
        left, port = process.Process(record["pid"]), record["port"]
        while left.alive():
            home = _home_at(port)
            if home is not None:
                return (left, port) if home == str(self.home) else None
            if time.time() > record["started"] + PATIENCE:  # a stranger with its number
                return None
            time.sleep(0.1)
        return None

    def _launched(self) -> process.Process:
        command = [sys.executable, "-m", "prefect", "server", "start"]
        command += ["--host", "127.0.0.1", "--port", str(self.port)]
        variables = os.environ | env.shared(os.environ) | env.dedicated(self.home, self.port)
        started = process.start(command, variables, self.home / "server.log")
        self._folder.write(
            {
                "stage": "prefect",
                "finished": False,
                "pid": started.pid,
                "port": self.port,
                "started": time.time(),
            }
        )
        return started

    def _watch_over(self) -> None:
        """Start the server again whenever it dies, waiting longer each time."""
        pause = 1.0
        while not self._stopping.wait(1.0):
            if self._alive():
                continue
            log.warning("the Prefect server died; starting it again in %.0f s", pause)
            if self._stopping.wait(pause):
                return
            pause = min(2 * pause, BACKOFF)
            self._process = self._launched()


@contextmanager
def prefect_server(home: Path) -> Iterator[GivenServer | DedicatedServer]:
    """Set the environment for Prefect, which is to be imported inside, and yield its server.

    Call its `start` and, before the first flow run, its `wait`; it is stopped at the end. Where
    PREFECT_API_URL names a server, nothing is started and nothing stopped. Raises FolderBusyError
    where another process works in the folder.
    """
    given = os.environ.get("PREFECT_API_URL")
    with stage_folder(home) as folder:
        os.environ.update(env.shared(os.environ))
        if given:
            yield GivenServer(given)
            return
        server = DedicatedServer(folder)
        os.environ.update(env.dedicated(server.home, server.port))
        try:
            yield server
        finally:
            server.stop()


def _get(url: str) -> bytes | None:
    """The body at a URL, or None where no good answer comes within seconds."""
    opener = urllib.request.build_opener()
    try:
        with opener.open(url, timeout=5) as answer:
            body: bytes = answer.read()
    except (OSError, ValueError):
        return None
    return body


def _home_at(port: int) -> str | None:
    """The home folder of the Prefect server at a local port, "" for a stranger, None for nobody."""
    body = _get(f"{env.address(port)}/api/admin/settings")
    if body is None:
        return None
    try:
        return str(json.loads(body)["home"])
    except (ValueError, KeyError, TypeError):
        return ""


def _free_port() -> int:
    """A port of the loopback address that nobody listens at now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
