"""The proof of politeness, and records that were tampered with."""

import csv
import shutil
import sqlite3
from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from crawler.cli import verify_main
from crawler.config import Source
from tests.crawler.crawling import (
    DELAY,
    LOOPBACK,
    RESERVATIONS,
    crawl,
    image,
    link,
    page,
    picture,
    table,
)
from tests.server import Answer, serve

TWO = ("/b.png", "/a.png")  # images of the second host
TEN_MILLISECONDS = timedelta(milliseconds=10)


@pytest.fixture(scope="module")
def polite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A crawl of three hosts, one busy once, one closed; and a run that goes on with less delay."""
    out = tmp_path_factory.mktemp("polite")
    one, two, three = LOOPBACK
    with serve({}, hosts=LOOPBACK) as server:
        server.site = {
            f"{one}/robots.txt": "User-agent: *\nDisallow: /private/\nCrawl-delay: 0.05",
            f"{two}/robots.txt": "User-agent: *\nDisallow:\n",
            f"{three}/robots.txt": Answer("", 500, {"Retry-After": "0"}),
            "/": page(link("/two"), image("/a.png"), *(image(server.url(u, two)) for u in TWO)),
            "/two": page(image("/c.png"), image("/private/d.png"), image("/moved.png")),
            "/three": page(image("/e.png"), image(server.url("/f.png", three))),
            "/a.png": picture("red"),
            "/b.png": picture("blue"),
            "/c.png": Answer("", 503, {"Retry-After": "0.2"}),
            "/e.png": picture("lime"),
            "/moved.png": Answer("", 302, {"Location": "/a.png"}),
        }
        crawl(server, out)
        more = Source(label="rose", seeds=(server.url("/"), server.url("/three")))
        crawl(server, out, more, delay=DELAY / 3)
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


def test_a_crawl_whose_clock_was_set_back_passes(
    crawled: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """As after an hour is taken from the clock: all that is known lies in the future."""
    times = ("started", "ended", "begun", "finished", "read", "at")
    ledger = sqlite3.connect(crawled / "crawl.sqlite")
    names = [
        name for (name,) in ledger.execute("SELECT name FROM sqlite_master WHERE type='table'")
    ]
    columns = [(name, c[1]) for name in names for c in ledger.execute(f"PRAGMA table_info({name})")]
    ledger.close()
    changed = [f"UPDATE {name} SET {c} = {c} + 3600000000" for name, c in columns if c in times]
    assert len(changed) == 8
    in_ledger(crawled, *changed)
    with serve({"/": page(image("/g.png")), "/g.png": picture("pink")}) as server:
        crawl(server, crawled)
    assert verify_main([str(crawled)]) == 0
    assert "polite: 20 requests" in capsys.readouterr().out


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


def test_a_robots_txt_moved_after_a_page_in_the_table_is_caught(
    crawled: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def moved(text: str) -> str:
        header, robots, first, *others = text.splitlines(keepends=True)
        assert ",robots," in robots
        return "".join([header, first, robots, *others])

    in_table(crawled, moved)
    assert "request 1 is missing from requests.csv" in judged(crawled, capsys)


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


FORGERIES = {
    "an end moved before its time": (
        "UPDATE requests SET ended = ended - 1000 WHERE url LIKE '%.2:%/a.png'",
        "but no request ended so",
    ),
    "an end before its start": (
        "UPDATE requests SET started = ended, ended = started WHERE number = 4",
        "request 4 to 127.0.0.1",
    ),
    "a Retry-After made shorter": (
        "UPDATE requests SET retry_after = 0.0 WHERE url LIKE '%/c.png'",
        "was made with a delay of 0.200000 s (retry-after), but crawl-delay asks for 0.050000 s",
    ),
    "a first try that is said to have gone well": (
        """UPDATE requests SET status = 200 WHERE number =
           (SELECT min(number) FROM requests WHERE url LIKE '%/c.png')""",
        "was answered 200",
    ),
    "a last try that is said to have gone well": (
        """UPDATE requests SET status = 200 WHERE number =
           (SELECT max(number) FROM requests WHERE url LIKE '%/c.png')""",
        "with 503, but no request ended so",
    ),
    "a first try that is said to have asked for nothing": (
        """UPDATE requests SET status = 404, retry_after = NULL WHERE number =
           (SELECT min(number) FROM requests WHERE url LIKE '%/c.png')""",
        "was made with a delay of 0.200000 s (retry-after)",
    ),
    "a delay of a run made shorter": (
        "UPDATE runs SET delay = 0.001 WHERE number = 1",
        "run 1 has delay 0.001, but its configuration 0.03",
    ),
    "a delay of a run made shorter in its configuration, too": (
        """UPDATE runs SET delay = 0.001, config = json_set(config, '$.delay', 0.001)
           WHERE number = 1""",
        "(config), but config asks for 0.001000 s",
    ),
    "a user agent that others do not forbid": (
        "UPDATE runs SET user_agent = 'someone-else/1.0'",
        "has user_agent someone-else/1.0, but its configuration flowers-study",
    ),
    "a request booked on a later run": (
        "UPDATE requests SET run = 2 WHERE number = 4",
        "request 4 to 127.0.0.1",
    ),
    "a request booked on an earlier run": (
        "UPDATE requests SET run = 1 WHERE number = (SELECT max(number) FROM requests)",
        "ended after the next run began",
    ),
    "a run that was taken out": ("DELETE FROM runs WHERE number = 1", "names run 1, which is not"),
    "a closed host said to be open": (
        "UPDATE robots SET verdict = 'allow' WHERE verdict = 'deny'",
        "means allow, but not by the answer that brought it",
    ),
    "a robots.txt relaxed together with its digest": (
        f"UPDATE robots SET text = x'', digest = '{sha256(b'').hexdigest()}'",
        "has another length than the answer that brought it",
    ),
    "a page said to be a robots.txt": (
        "UPDATE requests SET kind = 'robots', robots = NULL WHERE url LIKE '%/two'",
        "is said to ask for a robots.txt, but brought none",
    ),
    "a trouble said to be an interruption": (
        "UPDATE requests SET word = 'interrupted', status = 0 WHERE url LIKE '%/c.png'",
        "is said to have been interrupted, but its run went on",
    ),
    "a last request taken out": (
        "DELETE FROM requests WHERE number = (SELECT max(number) FROM requests)",
        "is missing from the ledger",
    ),
    "a host said to have ended sooner": (
        "UPDATE hosts SET ended = ended - 1000000 WHERE name LIKE '127.0.0.2:%'",
        "stands in the ledger as its requests did not leave it",
    ),
    "a host said to be in no trouble": (
        "UPDATE hosts SET streak = 0",
        "stands in the ledger as its requests did not leave it",
    ),
}


@pytest.fixture(scope="module")
def reserving(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A crawl of a host that keeps some images back, in its tdmrep.json and its robots.txt."""
    out = tmp_path_factory.mktemp("reserving")
    with serve({}) as server:
        server.site = {
            "/robots.txt": "User-agent: *\nContent-Signal: /kept/ ai-train=no",
            RESERVATIONS: '[{"location": "/reserved/", "tdm-reservation": 1}]',
            "/": page(image("/a.png"), image("/reserved/b.png"), image("/kept/c.png")),
            "/a.png": picture("red"),
        }
        crawl(server, out)
    return out


MOVED = "UPDATE {} SET url = replace(url, '/a.png', '/{}/a.png') WHERE url LIKE '%/a.png'"
RENAMED = "UPDATE requests SET kind = '{}' WHERE url LIKE '%/a.png'"
TAKEN_OUT = "DELETE FROM answers WHERE url LIKE '%/a.png'"
KEPT_BACK: dict[str, tuple[tuple[str, ...], str]] = {
    "nothing": ((), ""),
    "an image that is reserved": (
        (MOVED.format("requests", "reserved"), MOVED.format("answers", "reserved")),
        "was reserved by the tdmrep.json of its host",
    ),
    "a tdmrep.json that reserves nothing": (
        ("UPDATE reservations SET text = x''",),
        "brought another tdmrep.json than is in the ledger",
    ),
    "a tdmrep.json taken out": (
        ("DELETE FROM reservations",),
        "is said to ask for a tdmrep.json, but brought none",
    ),
    "a tdmrep.json of another host": (
        ("INSERT INTO reservations VALUES ('127.0.0.9:80', 1, x'')",),
        "the tdmrep.json of 127.0.0.9:80 is in the ledger, but no request brought it",
    ),
    "an image said to be a tdmrep.json": (
        (RENAMED.format("tdmrep"), MOVED.format("requests", "kept"), TAKEN_OUT),
        "is said to ask for a tdmrep.json, but brought none",
    ),
    "an image said to be a sitemap": (
        (RENAMED.format("sitemap"), MOVED.format("requests", "kept"), TAKEN_OUT),
        "was answered, but its answer is not in the ledger",
    ),
    "an image said to be a page": (
        (RENAMED.format("page"), MOVED.format("requests", "kept"), MOVED.format("answers", "kept")),
        "but no request ended so",
    ),
}


@pytest.mark.parametrize("name", KEPT_BACK)
def test_an_image_that_is_kept_back_cannot_be_hidden(
    reserving: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    statements, sentence = KEPT_BACK[name]
    out = Path(shutil.copytree(reserving, tmp_path / "crawl"))
    in_ledger(out, *statements)
    tabulate(out)
    if statements:
        assert sentence in judged(out, capsys)
    else:
        assert verify_main([str(out)]) == 0


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forgery_in_ledger_and_table_is_caught(
    crawled: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    statement, sentence = FORGERIES[name]
    in_ledger(crawled, statement)
    tabulate(crawled)
    assert sentence in judged(crawled, capsys)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("end", "1970-01-01T00:00:00.000000+00:00"),
        ("status", "201"),
        ("delay", "0.000001"),
        ("rule", "none"),
        ("url", "http://127.0.0.1/private/d.png"),
        ("kind", "robot"),
        ("error", "interrupted"),
        ("robots", "0" * 64),
        ("number", "3"),
    ],
)
def test_a_value_changed_in_the_table_alone_is_caught(
    crawled: Path, capsys: pytest.CaptureFixture[str], column: str, value: str
) -> None:
    rows = table(crawled / "requests.csv")
    rows[3][column] = value
    with (crawled / "requests.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[3])
        writer.writeheader()
        writer.writerows(rows)
    assert "request 4" in judged(crawled, capsys)


def test_a_folder_without_a_crawl_is_one_clear_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert verify_main([str(tmp_path)]) == 2
    assert "no such file or folder" in capsys.readouterr().err
