"""Ctrl-C and SIGTERM: the state is saved at once, and the same command goes on."""

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from crawler.cli import crawl_main, verify_main
from tests.crawler.crawling import AGENT, LOOPBACK, image, page, picture, statuses, whole_rows
from tests.server import Body, Server, serve

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals are not sent like this")

BOTH = pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
AT_ONCE = 6.0  # seconds: one for the state, five for a machine with other work; a deadline is 30
SITE: dict[str, Body] = {
    "/": page(image("/a.png"), image("/b.png"), image("/c.png")),
    "/a.png": picture("red"),
    "/b.png": picture("blue"),
    "/c.png": picture("green"),
}


class Holding:
    """A site of which one path answers late, as long as it is held."""

    def __init__(self, path: str) -> None:
        self.held = path

    def __call__(self, method: str, host: str, path: str, headers: Mapping[str, str]) -> Body:
        end = time.monotonic() + 20.0
        while path == self.held and time.monotonic() < end:
            time.sleep(0.02)
        return SITE.get(path)


def words(server: Server, out: Path) -> list[str]:
    flags = ["--label", "x", "--out", str(out), "--user-agent", AGENT, "--delay", "0.001"]
    return [server.url("/"), *flags, "--allow-private", *LOOPBACK]


@contextmanager
def crawling(words: list[str], before: str = "") -> Iterator[subprocess.Popen[str]]:
    """A crawl in a process of its own; `before` is run in it first."""
    code = f"{before}\nimport sys; from crawler.cli import crawl_main; sys.exit(crawl_main())"
    with subprocess.Popen(
        [sys.executable, "-c", code, *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 20.0
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def ended(process: subprocess.Popen[str]) -> None:
    """It ends at once, with one sentence and its status."""
    begun = time.monotonic()
    said, told = process.communicate(timeout=20)
    assert time.monotonic() - begun < AT_ONCE
    assert (process.returncode, said) == (130, "")
    assert told.splitlines()[-1].endswith("interrupted; the same command goes on from here")
    assert "Traceback" not in told


@BOTH
@pytest.mark.parametrize("path", ["/robots.txt", "/", "/b.png"])
def test_a_request_that_hangs_is_not_waited_for(
    tmp_path: Path, number: signal.Signals, path: str
) -> None:
    site, out = Holding(path), tmp_path / "out"
    with serve(site) as server:
        with crawling(words(server, out)) as process:
            until(lambda: path in server.paths())
            process.send_signal(number)
            ended(process)
        assert (out / "manifest.csv").is_file()
        site.held = ""
        assert crawl_main(words(server, out)) == 0
        assert crawl_main(words(server, tmp_path / "whole")) == 0
    assert whole_rows(out) == whole_rows(tmp_path / "whole")
    assert verify_main([str(out)]) == 0


def test_the_manifest_of_an_interrupted_crawl_is_of_what_is_known(tmp_path: Path) -> None:
    with serve(Holding("/b.png")) as server, crawling(words(server, tmp_path)) as process:
        until(lambda: "/b.png" in server.paths())
        process.send_signal(signal.SIGINT)
        ended(process)
    assert statuses(tmp_path) == {"/a.png": "ok"}


STRIKE = """
import os, signal; before = getattr(where, name)
def struck(*args, **kwargs):
    found = before(*args, **kwargs)
    os.kill(os.getpid(), signal.SIGTERM)
    return found
setattr(where, name, struck)
"""
PAUSES = {
    "first transaction": "from crawler.ledger import Ledger as where; name = 'begin_run'",
    "computation of the frontier": "from crawler.frontier import Frontier as where; name = 'begin'",
    "commit": "from crawler.dispatch import Dispatch as where; name = 'departures'",
    "writing of the tables": "import crawler.results as where; name = 'request_rows'",
}


def test_a_second_one_while_the_state_is_saved_does_no_harm(tmp_path: Path) -> None:
    """The process sends it to itself while it writes the tables: no clock could."""
    strike = PAUSES["writing of the tables"] + STRIKE
    with serve(Holding("/b.png")) as server, crawling(words(server, tmp_path), strike) as process:
        until(lambda: "/b.png" in server.paths())
        process.send_signal(signal.SIGINT)
        ended(process)
    assert statuses(tmp_path) == {"/a.png": "ok"}


@pytest.mark.parametrize("moment", PAUSES)
def test_wherever_it_comes_the_same_command_goes_on(tmp_path: Path, moment: str) -> None:
    out = tmp_path / "out"
    with serve(SITE) as server:
        with crawling(words(server, out), PAUSES[moment] + STRIKE) as process:
            process.wait(20)
            ended(process)
        assert crawl_main(words(server, out)) == 0
        assert crawl_main(words(server, tmp_path / "whole")) == 0
    assert whole_rows(out) == whole_rows(tmp_path / "whole")
    assert verify_main([str(out)]) == 0


def test_a_host_that_accepts_nobody_is_not_waited_for(tmp_path: Path) -> None:
    """Its queue is full, so that connecting hangs."""
    with socket.socket() as full, socket.socket() as first, socket.socket() as second:
        full.bind((LOOPBACK[1], 0))
        full.listen(0)
        address = full.getsockname()
        for waiting in first, second:
            waiting.settimeout(0)
            waiting.connect_ex(address)
        hanging = f"http://{LOOPBACK[1]}:{address[1]}/x.png"
        site: dict[str, Body] = {"/": page(image("/a.png"), image(hanging))}
        site["/a.png"] = SITE["/a.png"]
        with serve(site) as server, crawling(words(server, tmp_path)) as process:
            until(lambda: "/a.png" in server.paths())
            time.sleep(0.3)
            process.send_signal(signal.SIGINT)
            ended(process)
    assert statuses(tmp_path) == {"/a.png": "ok"}


def test_a_name_that_is_being_looked_up_is_not_waited_for(tmp_path: Path) -> None:
    """No server of names can be made to hang here, so the question itself does."""
    hang = (
        "import socket, time; before = socket.getaddrinfo\n"
        "def ask(host, *args, **kwargs):\n"
        "    if host == 'nobody.invalid': time.sleep(20)\n"
        "    return before(host, *args, **kwargs)\n"
        "socket.getaddrinfo = ask"
    )
    site: dict[str, Body] = {"/": page(image("/a.png"), image("http://nobody.invalid/x.png"))}
    site["/a.png"] = SITE["/a.png"]
    with serve(site) as server, crawling(words(server, tmp_path), hang) as process:
        until(lambda: "/a.png" in server.paths())
        time.sleep(0.3)
        process.send_signal(signal.SIGINT)
        ended(process)
    assert statuses(tmp_path) == {"/a.png": "ok"}
