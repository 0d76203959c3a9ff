"""When a crawl has failed, when it only waits, and whose folder it is."""

import socket
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from crawler import stage
from crawler.config import Source
from crawler.errors import CrawlerError
from crawler.files import stage_folder
from tests.crawler.crawling import LOOPBACK, crawl, image, page, picture, settings, statuses
from tests.server import Answer, Body, serve

PATIENCE = Answer("", 503, {"Retry-After": "5000"})


def test_a_seed_that_asks_for_patience_is_no_failure(tmp_path: Path) -> None:
    seeds = ("/gone", "/busy")
    with serve({"/busy": PATIENCE}) as server:
        source = Source(label="rose", seeds=tuple(map(server.url, seeds)))
        crawl(server, tmp_path, source, delay=0.0)
    assert (tmp_path / "manifest.csv").is_file()


def test_a_seed_that_leads_to_a_host_that_asks_for_patience_is_no_failure(tmp_path: Path) -> None:
    def site(method: str, host: str, path: str, headers: object) -> Body:
        if host == LOOPBACK[1]:
            return PATIENCE if path != "/robots.txt" else ""
        return Answer("", 302, {"Location": f"http://{LOOPBACK[1]}:{port}/"}) if path == "/" else ""

    with serve(site, hosts=LOOPBACK[:2]) as server:
        port = server.port
        source = Source(label="rose", seeds=(server.url("/"),), follow=(f"http://{LOOPBACK[1]}",))
        crawl(server, tmp_path, source, delay=0.0)
    assert (tmp_path / "manifest.csv").is_file()


def test_a_list_that_worked_outlives_a_dead_seed(tmp_path: Path) -> None:
    with serve({"/a.png": picture("red")}) as server:
        listed = tmp_path / "urls.csv"
        listed.write_text(f"url,label\n{server.url('/a.png')},rose\n", encoding="utf-8")
        sources = Source(list=str(listed)), Source(label="x", seeds=(server.url("/dead"),))
        crawl(server, tmp_path / "out", *sources, delay=0.0)
    assert statuses(tmp_path / "out") == {"/a.png": "ok"}


def test_a_crawl_without_a_seed_fails_and_its_tables_are_written(tmp_path: Path) -> None:
    with serve({}) as server, pytest.raises(CrawlerError, match="no seed could be fetched"):
        crawl(server, tmp_path, delay=0.0)
    assert (tmp_path / "requests.csv").read_text(encoding="utf-8").count("\n") == 3


def test_a_manifest_that_was_deleted_is_written_again(tmp_path: Path) -> None:
    with serve({"/": page(image("/a.png")), "/a.png": picture("red")}) as server:
        manifest = crawl(server, tmp_path, delay=0.0)
        before, asked = manifest.read_bytes(), len(server.log)
        manifest.unlink()
        crawl(server, tmp_path, delay=0.0)
        assert (manifest.read_bytes(), len(server.log)) == (before, asked)


def test_the_folder_of_another_stage_is_refused_and_left_as_it_was(tmp_path: Path) -> None:
    with stage_folder(tmp_path) as folder:
        folder.write({"stage": "dataset"})
    with serve({}) as server, pytest.raises(CrawlerError, match="belongs to the stage dataset"):
        crawl(server, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["stage.json"]


def test_a_short_delay_is_warned_of_where_a_public_host_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Be it the host of an image or of a list: the second address here plays the public one."""
    monkeypatch.setattr("crawler.network.address.is_public", lambda text: text == LOOPBACK[1])
    site: dict[str, Body] = {"/a.png": picture("red"), "/b.png": picture("blue")}
    with serve(site, hosts=LOOPBACK[:2]) as server:
        site["/"] = page(image("/a.png"))
        crawl(server, tmp_path / "own", delay=0.0, allow_private=LOOPBACK[:1])
        assert "delay" not in caplog.text
        away = (server.url(path, LOOPBACK[1]) for path in ("/a.png", "/b.png"))
        site["/"] = page(*map(image, away))
        crawl(server, tmp_path / "away", delay=0.0, allow_private=LOOPBACK[:1])
    assert caplog.text.count(f"delay is 0 s; {LOOPBACK[1]} is better asked once a second") == 1


@pytest.mark.skipif(not socket.has_ipv6, reason="there is no IPv6 here")
def test_an_address_of_ipv6_is_one_s_own_with_its_brackets_or_without(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    class Host(ThreadingHTTPServer):
        address_family = socket.AF_INET6

    (tmp_path / "index.html").write_text('<img src="a.png">', encoding="utf-8")
    (tmp_path / "a.png").write_bytes(picture("red"))
    with Host(("::1", 0), partial(SimpleHTTPRequestHandler, directory=str(tmp_path))) as host:
        threading.Thread(target=host.serve_forever, args=(0.02,), daemon=True).start()
        source = Source(label="x", seeds=(f"http://[::1]:{host.server_port}/",))
        for name in "[::1]", "::1":
            out = tmp_path / f"out {len(name)}"
            stage.run(settings(delay=0.0, allow_private=(name,)), (source,), out)
            assert statuses(out) == {"/a.png": "ok"}
        host.shutdown()
    assert "delay" not in caplog.text


def test_only_what_a_killed_crawl_left_is_swept(tmp_path: Path) -> None:
    names = ".notes.part", "images/.notes.part", "images/.manifest.csv.0123456789ab.part"
    (tmp_path / "images").mkdir()
    for name in names:
        (tmp_path / name).touch()
    with serve({"/": page(image("/a.png")), "/a.png": picture("red")}) as server:
        crawl(server, tmp_path, delay=0.0)
    assert [(tmp_path / name).exists() for name in names] == [True, True, False]


def test_a_table_that_is_being_written_lies_under_images(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Seen from within: its rows are asked for while it is written."""
    parts: list[Path] = []

    def rows(*args: object) -> Iterator[object]:
        parts.extend(tmp_path.rglob(".*.part"))
        yield from ()

    monkeypatch.setattr("crawler.results.Survey.images", rows)
    with serve({"/": page()}) as server:
        crawl(server, tmp_path, delay=0.0)
    assert [part.parent for part in parts] == [tmp_path / "images"]
