"""The commands `crawl` and `verify` as people type them."""

import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.cli import crawl_main, main
from crawler.config import Source
from crawler.ledger import Ledger
from crawler.proof.verify import breaches
from tests.crawler.crawling import AGENT, crawl, image, link, page, picture, rows, statuses
from tests.server import Answer, Body, Server, serve

SITE: dict[str, Body] = {
    "/": page(link("/two"), image("/a.png")),
    "/two": page(image("/b.png")),
    "/a.png": picture("red"),
    "/b.png": picture("blue"),
}
QUICK = ["--delay", "0.01", "--allow-private", "127.0.0.1"]


@pytest.fixture
def server() -> Iterator[Server]:
    with serve(SITE) as server:
        yield server


def toml(server: Server, folder: Path, more: str = "", source: str = "") -> Path:
    file = folder / "flowers.toml"
    file.write_text(
        f'[crawl]\nuser_agent = "{AGENT}"\ndelay = 0.01\nallow_private = ["127.0.0.1"]\n{more}\n'
        f'[[crawl.sources]]\nlabel = "薔薇"\nseeds = ["{server.url("/")}"]\n{source}\n',
        encoding="utf-8",
    )
    return file


def test_a_configuration_is_crawled_and_the_path_of_the_manifest_printed(
    server: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "薔薇 の 画像"
    assert crawl_main([str(toml(server, tmp_path)), "--out", str(out)]) == 0
    assert capsys.readouterr().out == f"{out / 'manifest.csv'}\n"
    assert {row["label"] for row in rows(out).values()} == {"薔薇"}
    assert main(["verify", str(out)]) == 0


def test_seeds_may_be_named_on_the_command_line(server: Server, tmp_path: Path) -> None:
    flags = ["--label", "rose", "--user-agent", AGENT, "--out", str(tmp_path), *QUICK]
    assert main([server.url("/"), *flags]) == 0
    assert statuses(tmp_path) == {"/a.png": "ok", "/b.png": "ok"}


def test_sitemaps_may_be_named_there_without_any_seed(server: Server, tmp_path: Path) -> None:
    server.site = SITE | {"/map.txt": server.url("/two")}
    flags = ["--label", "rose", "--user-agent", AGENT, "--out", str(tmp_path), *QUICK]
    assert main(["--sitemaps", server.url("/map.txt"), *flags]) == 0
    assert statuses(tmp_path) == {"/b.png": "ok"}


def test_flags_win_over_the_file(server: Server, tmp_path: Path) -> None:
    out = tmp_path / "out"
    crawl_main([str(toml(server, tmp_path)), "--out", str(out), "--max-pages", "1"])
    assert statuses(out) == {"/a.png": "ok"}


def test_a_list_is_looked_for_beside_the_configuration(server: Server, tmp_path: Path) -> None:
    (tmp_path / "urls.csv").write_text(
        f"url,label\n{server.url('/a.png')},rose\n", encoding="utf-8"
    )
    file = toml(server, tmp_path, source='[[crawl.sources]]\nlist = "urls.csv"')
    assert crawl_main([str(file), "--out", str(tmp_path / "out")]) == 0
    assert rows(tmp_path / "out")["/a.png"]["labels"] == "rose|薔薇"


def test_a_dry_run_reads_the_seeds_and_leaves_no_trace(
    server: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert crawl_main([str(toml(server, tmp_path)), "--out", str(out), "--dry-run"]) == 0
    assert server.paths() == ["/robots.txt", "/"]
    assert not out.exists()
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    host = f"127.0.0.1:{server.port}"
    assert lines[1][:5] == ["0", "page", host, "2", "0.00"]
    assert lines[2][:5] == ["0", "薔薇", "image", host, "1"]


@pytest.mark.parametrize(
    ("words", "status", "sentence"),
    [
        ([], 2, "name a configuration (.toml), seed pages, or --sitemaps"),
        (["nowhere.toml"], 2, "no such file: nowhere.toml"),
        (["https://example.org/"], 2, "user_agent is required"),
        (["example.org", "--user-agent", "x/1"], 2, "is no web address"),
        (
            ["https://example.org/", "--user-agent", "x/1", "--dely", "1"],
            2,
            "did you mean --delay?",
        ),
        (
            ["https://example.org/", "--user-agent", "x/1", "--delay", "-1"],
            2,
            "delay must be at least",
        ),
        (
            ["http://nobody.invalid/", "--user-agent", "x/1", "--select", "a["],
            2,
            "select 'a[' is no",
        ),
        (
            ["http://nobody.invalid/", "--user-agent", "x/1", "--tries", "1"],
            1,
            "cannot be resolved",
        ),
        (["http://127.0.0.1:9/", "--user-agent", "x/1"], 1, "on a private network"),
    ],
)
def test_wrong_input_is_one_clear_sentence(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], words: list[str], status: int, sentence: str
) -> None:
    try:
        assert crawl_main([*words, "--out", str(tmp_path / "out")]) == status
    except SystemExit as end:  # argparse
        assert end.code == status
    said = capfd.readouterr()
    assert said.out == ""
    assert sentence in said.err
    assert "Traceback" not in said.err


def test_a_mistyped_key_is_answered_with_the_nearest(
    server: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert crawl_main([str(toml(server, tmp_path, "dealy = 1")), "--out", str(tmp_path)]) == 2
    assert "unknown key dealy; did you mean delay?" in capsys.readouterr().err


def test_two_processes_in_one_folder_are_refused(
    server: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from crawler.files import stage_folder

    with stage_folder(tmp_path / "out"):
        assert crawl_main([str(toml(server, tmp_path)), "--out", str(tmp_path / "out")]) == 1
    assert "in use by another process" in capsys.readouterr().err


@pytest.mark.skipif(sys.platform == "win32", reason="signals are not sent like this there")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_crawl_saves_its_state(tmp_path: Path, number: signal.Signals) -> None:
    def slow() -> Iterator[bytes]:
        yield b""
        time.sleep(20)

    site: dict[str, Body] = {**SITE, "/b.png": Answer(slow())}
    with serve(site) as server:
        out = tmp_path / "out"
        command = ["-m", "crawler", str(toml(server, tmp_path)), "--out", str(out)]
        process = subprocess.Popen([sys.executable, *command], stderr=subprocess.PIPE)
        while "/b.png" not in server.paths():
            assert process.poll() is None
            time.sleep(0.02)
        os.kill(process.pid, number)
        _, said = process.communicate(timeout=10)
        assert process.returncode == 130
        assert b"interrupted; the same command goes on from here" in said
        assert statuses(out) == {"/a.png": "ok"}
        with Ledger(out / "crawl.sqlite") as ledger:
            assert [request.word for request in ledger.traffic.requests()][-1] == "interrupted"
            assert list(breaches(ledger, out / "requests.csv")) == []
        site["/b.png"] = SITE["/b.png"]
        assert crawl_main([*command[2:]]) == 0
        assert statuses(out) == {"/a.png": "ok", "/b.png": "ok"}


def test_a_sitemap_named_on_the_command_line_is_enough(tmp_path: Path) -> None:
    with serve({"/a": page(image("/1.png")), "/1.png": picture("red")}) as server:
        listed = f"<urlset><url><loc>{server.url('/a')}</loc></url></urlset>"
        assert isinstance(server.site, dict)
        server.site["/map.xml"] = Answer(listed, headers={"Content-Type": "application/xml"})
        flags = ["--label", "rose", "--delay", "0", "--allow-private", "127.0.0.1"]
        words = ["--sitemaps", server.url("/map.xml"), "--user-agent", AGENT, *flags]
        assert crawl_main([*words, "--out", str(tmp_path / "out")]) == 0
    assert statuses(tmp_path / "out") == {"/1.png": "ok"}


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ([], "name a configuration (.toml), seed pages, or --sitemaps"),
        (["--label", "rose"], "name a configuration (.toml), seed pages, or --sitemaps"),
        (
            ["https://example.org/", "--label", "x", "--allow-private", "127.0.0.1:8000"],
            "allow_private takes hosts without a port, got '127.0.0.1:8000'",
        ),
    ],
)
def test_what_is_missing_or_mistaken_is_told_in_a_sentence(
    words: list[str], sentence: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert crawl_main([*words, "--user-agent", AGENT, "--out", str(tmp_path / "out")]) == 2
    assert sentence in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_images_without_a_label_are_told_of_at_the_end(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    site: dict[str, Body] = {
        "/": page(image("/rose/1.png"), image("/x/2.png")),
        "/rose/1.png": picture("red"),
        "/x/2.png": picture("blue"),
    }
    with serve(site) as server:
        source = Source(label_pattern="/(?P<label>rose)/", seeds=(server.url("/"),))
        crawl(server, tmp_path, source)
    assert "in the manifest: 2 ok" in caplog.messages
    assert any(said.startswith("1 images have no label") for said in caplog.messages)


def test_links_to_archives_and_documents_are_not_asked(tmp_path: Path) -> None:
    names = ("a.zip", "b.PDF", "c.tar.gz", "d.py", "e.mp4?x=1", "f.php", "g.html", "h")
    with serve({"/": page(*(link(f"/{name}") for name in names))}) as server:
        crawl(server, tmp_path)
        asked = {path for path in server.paths() if "robots" not in path}
    assert asked == {"/", "/f.php", "/g.html", "/h"}
