"""A server is adopted only if it lives and answers for the folder; it is named when it is dead."""

import json
import os
import shutil
import time
from pathlib import Path
from typing import Any

import pytest

from crawler.files import stage_folder
from flows import server as servers
from flows.process import Process
from flows.server import DedicatedServer, GivenServer, ServerError
from tests.server import serve

SETTINGS = "/api/admin/settings"


def adopted(home: Path, **record: Any) -> bool:
    """Whether the server that a record tells of would be adopted."""
    with stage_folder(home) as folder:
        folder.write({"stage": "prefect", "started": time.time(), **record})
        found = DedicatedServer(folder)
        return found.port == record["port"] and found._process is not None


def test_a_living_server_of_this_folder_is_adopted(tmp_path: Path) -> None:
    home = tmp_path / "prefect"
    with serve({SETTINGS: json.dumps({"home": str(home.resolve())})}) as server:
        assert adopted(home, pid=os.getpid(), port=server.port)


def test_the_server_of_another_folder_is_not(tmp_path: Path) -> None:
    with serve({SETTINGS: json.dumps({"home": "/elsewhere"})}) as server:
        assert not adopted(tmp_path, pid=os.getpid(), port=server.port)


def test_a_stranger_at_the_port_is_not(tmp_path: Path) -> None:
    with serve({SETTINGS: "<h1>hello</h1>"}) as server:
        assert not adopted(tmp_path, pid=os.getpid(), port=server.port)


def test_a_process_that_got_the_number_of_a_dead_server_is_not(tmp_path: Path) -> None:
    long_ago = time.time() - 2 * servers.PATIENCE
    assert not adopted(tmp_path, pid=os.getpid(), port=9, started=long_ago)


def test_a_dead_server_is_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Process, "alive", lambda self: False)
    assert not adopted(tmp_path, pid=1, port=9)


def test_a_server_that_ends_while_starting_is_told_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with stage_folder(tmp_path) as folder:
        monkeypatch.setattr("sys.executable", shutil.which("false"))
        server = DedicatedServer(folder)
        server.start()
        with pytest.raises(ServerError, match=r"server\.log says why"):
            server.wait()


def test_a_given_server_is_only_asked_whether_it_is_there() -> None:
    with serve({"/api/health": "true"}) as server:
        given = GivenServer(server.url("/api"))
        given.start()
        given.wait()
        assert given.address == server.url("")
        assert server.paths() == ["/api/health"]
