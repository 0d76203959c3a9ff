"""Crawls killed by SIGKILL at every boundary, and then run again."""

import itertools
import sqlite3
import subprocess
import sys
import threading
from collections import Counter
from pathlib import Path

import pytest

from crawler.cli import crawl_main, verify_main
from crawler.ledger import Ledger
from crawler.verify import breaches
from tests.crawler.crawling import AGENT, LOOPBACK, image, link, page, picture, rows
from tests.killing import killed_at
from tests.server import Answer, Body, Server, early_requests, serve

DELAY = 0.01  # seconds


def site() -> dict[str, Body]:
    return {
        "/robots.txt": "User-agent: *\nDisallow: /private/",
        "/": page(image("/a.png"), image("/private/b.png"), link("/about.jpg")),
        "/about.jpg": page(link("/"), image("/moved.png")),
        "/a.png": picture("red"),
        "/moved.png": Answer("", 302, {"Location": "/c.png"}),
        "/c.png": picture("red"),
    }


def command(server: Server, out: Path) -> list[str]:
    flags = ["--label", "x", "--out", str(out), "--user-agent", AGENT, "--delay", str(DELAY)]
    return ["crawler.cli:crawl_main", server.url("/"), *flags, "--allow-private", *LOOPBACK]


def test_a_kill_at_any_boundary_leaves_no_trace_in_the_result(tmp_path: Path) -> None:
    with serve(site()) as server:
        whole = tmp_path / "whole"
        assert crawl_main(command(server, whole)[1:]) == 0
        once = Counter(server.paths())
        for boundary in itertools.count():
            out = tmp_path / str(boundary)
            server.log.clear()
            if not killed_at(boundary, command(server, out)):
                break
            assert crawl_main(command(server, out)[1:]) == 0
            assert rows(out) == rows(whole), boundary
            assert (out / "found.csv").read_bytes() == (whole / "found.csv").read_bytes()
            again = Counter(server.paths()) - once
            assert again.total() <= 1, (boundary, again)
            assert early_requests(server.log, DELAY) == []
            assert not list(out.rglob(".*.part"))
            with Ledger(out / "crawl.sqlite") as ledger:
                assert list(breaches(ledger, out / "requests.csv")) == []
    assert boundary > 2 * once.total()  # an intent and an outcome for each request at least


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL there")
@pytest.mark.parametrize("path", ["/robots.txt", "/", "/about.jpg", "/c.png"])
def test_a_kill_while_a_request_is_under_way_repeats_that_request_alone(
    tmp_path: Path, path: str
) -> None:
    pages, asked, killed = site(), threading.Event(), threading.Event()

    def hold(method: str, host: str, asked_for: str, headers: object) -> Body:
        if asked_for == path and not asked.is_set():
            asked.set()
            killed.wait(10.0)
        return pages.get(asked_for)

    with serve(hold) as server:
        _, *words = command(server, tmp_path / "killed")
        process = subprocess.Popen([sys.executable, "-m", "crawler", *words])
        assert asked.wait(20.0)
        process.kill()
        process.wait()
        killed.set()
        assert crawl_main(words) == 0
        again = {path: count for path, count in Counter(server.paths()).items() if count > 1}
        assert again == {path: 2}
        assert early_requests(server.log, DELAY) == []
        assert crawl_main(command(server, tmp_path / "whole")[1:]) == 0
    assert rows(tmp_path / "killed") == rows(tmp_path / "whole")
    assert verify_main([str(tmp_path / "killed")]) == 0


def test_a_request_that_a_kill_left_open_counts_as_ended_at_the_restart(tmp_path: Path) -> None:
    """The server sees the request, and the process dies while it waits for the answer."""
    with serve(site()) as server:
        assert crawl_main(command(server, tmp_path)[1:]) == 0
        ledger = sqlite3.connect(tmp_path / "crawl.sqlite")
        ledger.execute("UPDATE requests SET ended = NULL WHERE number = 6")
        ledger.execute("DELETE FROM requests WHERE number > 6")
        ledger.commit()
        ledger.close()
        with Ledger(tmp_path / "crawl.sqlite") as reopened, reopened.transaction():
            now = reopened.latest_time() + 123
            reopened.begin_run(now, AGENT, DELAY, "{}")
            last = list(reopened.traffic.requests())[-1]
            assert (last.ended, last.word) == (now, "interrupted")
            assert reopened.traffic.host(last.host).ended == now


def test_what_is_no_ledger_is_one_clear_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "crawl.sqlite").write_text("something else", encoding="utf-8")
    with serve(site()) as server:
        assert crawl_main(command(server, tmp_path)[1:]) == 1
    assert "is no ledger of a crawl" in capsys.readouterr().err
