"""When a crawl has failed, when it only waits, and whose folder it is."""

from pathlib import Path

import pytest

from crawler.config import Source
from crawler.errors import CrawlerError
from crawler.files import stage_folder
from tests.crawler.crawling import LOOPBACK, crawl, image, page, picture, statuses
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
