"""Crawls killed by SIGKILL at every kind of boundary, and then run again."""

import sqlite3
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest

from crawler.cli import crawl_main
from crawler.ledger import Ledger
from tests.crawler.crawling import AGENT, RESERVATIONS
from tests.crawler.killed import (
    DELAY,
    HOSTS,
    MOMENTS,
    Uninterrupted,
    command,
    finish,
    uninterrupted,
)
from tests.killing import Moment, killed_at, passed
from tests.server import Body

needs_sigkill = pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL there")


@needs_sigkill
def test_a_kill_at_any_boundary_leaves_no_trace_in_the_result(tmp_path: Path) -> None:
    """In the middle of the boundaries of each kind, and at the last; the long form takes all."""
    last = (Moment.RENAME, Moment.TORN, Moment.COMMIT)  # manifest, stage.json, the end of it all
    with uninterrupted(tmp_path / "whole") as whole:
        counts = Counter(passed(command(whole.server, tmp_path / "counted"), MOMENTS))
        assert set(counts) == set(MOMENTS)
        for moment, count in counts.items():
            kill_and_go_on(whole, tmp_path / moment, moment, count // 2)
        for moment in last:
            kill_and_go_on(whole, tmp_path / f"last-{moment}", moment, counts[moment] - 1)


def kill_and_go_on(whole: Uninterrupted, out: Path, moment: Moment, boundary: int) -> None:
    """How many commits there are depends on what comes back together: it may be a few fewer."""
    for tried in range(boundary, max(boundary - 5, -1), -1):
        words = command(whole.server, out / str(tried))
        whole.server.log.clear()
        if killed_at(tried, words, [moment]):
            finish(words)
            whole.assert_equal(out / str(tried), kills=1)
            return
    raise AssertionError(f"{moment} {boundary} did not come")


@needs_sigkill
@pytest.mark.parametrize(
    ("host", "path"),
    [
        (HOSTS[0], "/robots.txt"),
        (HOSTS[0], "/"),
        (HOSTS[0], "/about.jpg"),
        (HOSTS[0], "/moved.png"),
        (HOSTS[1], RESERVATIONS),
        (HOSTS[1], "/c.png"),
    ],
)
def test_a_kill_while_a_request_is_under_way_repeats_that_request_alone(
    tmp_path: Path, host: str, path: str
) -> None:
    under_way, killed = threading.Event(), threading.Event()
    with uninterrupted(tmp_path / "whole") as whole:
        server = whole.server
        pages = server.site
        assert isinstance(pages, Mapping)

        def hold(method: str, name: str, asked: str, headers: object) -> Body:
            if (name, asked) == (host, path) and not under_way.is_set():
                under_way.set()
                killed.wait(10.0)
            return pages.get(name + asked, pages.get(asked))

        server.site = hold
        server.log.clear()
        words = command(server, tmp_path / "killed")
        process = subprocess.Popen([sys.executable, "-m", "crawler", *words[1:]])
        assert under_way.wait(20.0)
        process.kill()
        process.wait()
        killed.set()
        finish(words)
        whole.assert_equal(tmp_path / "killed", kills=1)
        asked = Counter((exchange.host, exchange.path) for exchange in server.log)
        assert asked[host, path] == 2


def test_a_request_that_a_kill_left_open_counts_as_ended_at_the_restart(tmp_path: Path) -> None:
    """The server sees the request, and the process dies while it waits for the answer."""
    with uninterrupted(tmp_path):
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
    with uninterrupted(tmp_path / "whole") as whole:
        (tmp_path / "crawl.sqlite").write_text("something else", encoding="utf-8")
        assert crawl_main(command(whole.server, tmp_path)[1:]) == 1
    assert "is no ledger of a crawl" in capsys.readouterr().err
