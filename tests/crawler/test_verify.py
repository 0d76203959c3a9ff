"""The proof of politeness, and records that were tampered with."""

import shutil
import sqlite3
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from crawler.cli import verify_main
from tests.crawler.crawling import LOOPBACK, crawl, image, link, page, picture, table
from tests.server import Answer, serve

TEN_MILLISECONDS = timedelta(milliseconds=10)


@pytest.fixture(scope="module")
def polite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A crawl of two hosts, one of which was busy once."""
    out = tmp_path_factory.mktemp("polite")
    with serve({}, hosts=LOOPBACK) as server:
        server.site = {
            "/robots.txt": "User-agent: *\nDisallow: /private/\nCrawl-delay: 0.05",
            "/": page(link("/two"), image("/a.png"), image(server.url("/b.png", "127.0.0.2"))),
            "/two": page(image("/c.png"), image("/private/d.png"), image("/moved.png")),
            "/a.png": picture("red"),
            "/b.png": picture("blue"),
            "/c.png": Answer("", 503, {"Retry-After": "0"}),
            "/moved.png": Answer("", 302, {"Location": "/a.png"}),
        }
        crawl(server, out)
    return out


@pytest.fixture
def crawled(polite: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(polite, tmp_path / "crawl"))


def in_ledger(out: Path, *statements: str) -> None:
    ledger = sqlite3.connect(out / "crawl.sqlite")
    for statement in statements:
        ledger.execute(statement)
    ledger.commit()
    ledger.close()


def in_table(out: Path, change: Callable[[str], str]) -> None:
    file = out / "requests.csv"
    file.write_text(change(file.read_text(encoding="utf-8")), encoding="utf-8", newline="")


def judged(out: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """What `verify` says of a crawl that it must not let pass."""
    assert verify_main([str(out)]) == 1
    said = capsys.readouterr().out
    assert said.strip()
    return said


def tabulate(out: Path) -> None:
    """Write requests.csv anew from the ledger, as a careful forger would."""
    from crawler.ledger import Ledger
    from crawler.manifest import write_table
    from crawler.results import RequestRow, request_rows

    with Ledger(out / "crawl.sqlite") as ledger:
        write_table(out / "requests.csv", RequestRow, request_rows(ledger))


def test_a_polite_crawl_passes(polite: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert verify_main([str(polite)]) == 0
    assert capsys.readouterr().out.startswith("polite: ")


def test_a_start_moved_in_the_table_is_caught(
    crawled: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    start = table(crawled / "requests.csv")[3]["start"]
    moved = datetime.fromisoformat(start) - TEN_MILLISECONDS
    in_table(crawled, lambda text: text.replace(start, moved.isoformat(timespec="microseconds")))
    assert f"has start {moved.isoformat(timespec='microseconds')}" in judged(crawled, capsys)


def test_a_start_moved_in_ledger_and_table_is_caught(
    crawled: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The request began as soon as it was allowed to: 10 ms before is early."""
    in_ledger(
        crawled,
        """UPDATE requests SET started = 10000 * -1 + gap + (SELECT ended FROM requests AS before
           WHERE before.host = requests.host AND before.number < requests.number
           ORDER BY number DESC LIMIT 1) WHERE number = 4""",
    )
    tabulate(crawled)
    assert "request 4 to 127.0.0.1" in judged(crawled, capsys)


def without_line_4(text: str) -> str:
    lines = text.splitlines(keepends=True)
    return "".join(lines[:4] + lines[5:])


def test_a_row_deleted_from_the_table_is_caught(
    crawled: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    in_table(crawled, without_line_4)
    assert "request 4 is missing from requests.csv" in judged(crawled, capsys)


def test_a_row_deleted_from_ledger_and_table_is_caught(
    crawled: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    in_ledger(crawled, "DELETE FROM requests WHERE number = 4")
    tabulate(crawled)
    assert "request 4 is missing from the ledger" in judged(crawled, capsys)


def test_a_forbidden_path_is_caught(crawled: Path, capsys: pytest.CaptureFixture[str]) -> None:
    in_ledger(
        crawled,
        "UPDATE requests SET url = replace(url, '/a.png', '/private/a.png') WHERE kind = 'image'",
    )
    tabulate(crawled)
    assert "was forbidden by robots.txt" in judged(crawled, capsys)


def test_a_robots_txt_that_was_relaxed_is_caught(
    crawled: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    in_ledger(crawled, "UPDATE robots SET text = CAST('Crawl-delay: 9' AS BLOB)")
    assert "has another text than when it was read" in judged(crawled, capsys)


def test_an_overlap_is_caught(crawled: Path, capsys: pytest.CaptureFixture[str]) -> None:
    in_ledger(crawled, "UPDATE requests SET ended = ended + 60000000 WHERE number = 1")
    tabulate(crawled)
    assert "while request 1 was under way" in judged(crawled, capsys)


def test_a_robots_txt_read_after_a_page_is_caught(
    crawled: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    in_ledger(
        crawled,
        "UPDATE requests SET started = started + 60000000, ended = ended + 60000000 "
        "WHERE kind = 'robots'",
        "UPDATE robots SET read = read + 60000000",
    )
    tabulate(crawled)
    said = judged(crawled, capsys)
    assert "was sent before the robots.txt of 127.0.0.1" in said


def test_a_robots_txt_that_no_request_brought_is_caught(
    crawled: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    in_ledger(crawled, "UPDATE robots SET read = read - 1000")
    assert "no request brought it" in judged(crawled, capsys)


def test_a_lowered_delay_is_caught(crawled: Path, capsys: pytest.CaptureFixture[str]) -> None:
    in_ledger(crawled, "UPDATE requests SET gap = gap / 2")
    tabulate(crawled)
    assert "crawl-delay asks for 0.050000 s" in judged(crawled, capsys)


def test_a_request_booked_on_another_host_is_caught(
    crawled: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    in_ledger(crawled, "UPDATE requests SET host = '127.0.0.9:80' WHERE number = 4")
    tabulate(crawled)
    assert "names the host 127.0.0.9:80" in judged(crawled, capsys)


def test_a_folder_without_a_crawl_is_one_clear_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert verify_main([str(tmp_path)]) == 2
    assert "no such file or folder" in capsys.readouterr().err
