"""What is forgotten leaves no file and no usable row, and is never asked for again."""

import logging
from pathlib import Path

import pytest

import dataset
from crawler.cli import forget_main
from crawler.config import Source
from crawler.files import sha256
from crawler.permission.forget import forget
from crawler.permission.forgotten import Target, target_of
from tests.crawler.crawling import crawl, image, link, page, picture, rows, statuses, table
from tests.server import Body, Server, serve

COLOURS = ("red", "green", "blue", "white", "black", "yellow")
SITE: dict[str, Body] = {
    "/": page(*(image(f"/{colour}.png") for colour in COLOURS), image("/again.png")),
    "/again.png": picture("red", 64),
    **{f"/{colour}.png": picture(colour, 64) for colour in COLOURS},
}


def files(out: Path) -> set[str]:
    return {path.stem for path in (out / "images").rglob("*.png")}


def word(server: Server, kind: str) -> str:
    red = sha256(picture("red", 64))
    return {"url": server.url("/red.png"), "host": "127.0.0.1", "sha256": red.upper()}[kind]


@pytest.mark.parametrize(
    ("kind", "gone"),
    [
        ("url", {"/red.png"}),
        ("sha256", {"/red.png", "/again.png"}),
        ("host", {*(f"/{colour}.png" for colour in COLOURS), "/again.png"}),
    ],
)
def test_what_is_forgotten_is_denied_and_not_asked_for_again(
    tmp_path: Path, kind: str, gone: set[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with serve(SITE) as server:
        crawl(server, tmp_path)
        before = set(statuses(tmp_path))
        assert forget_main([str(tmp_path), word(server, kind)]) == 0
        assert capsys.readouterr().out == f"{tmp_path / 'manifest.csv'}\n"
        for refresh in False, True:
            found = statuses(tmp_path)
            assert {path for path, status in found.items() if status == "denied optout"} == gone
            assert set(found) == before
            named = {row["sha256"] for row in table(tmp_path / "manifest.csv")} - {""}
            assert files(tmp_path) == named
            server.log.clear()
            crawl(server, tmp_path, refresh=not refresh)
            assert gone.isdisjoint(server.paths())


def test_a_list_is_crawled_without_what_was_forgotten(tmp_path: Path) -> None:
    file, out = tmp_path / "urls.csv", tmp_path / "crawl"
    with serve(SITE) as server:
        file.write_text(f"url,label\n{server.url('/red.png')},x\n", encoding="utf-8")
        source = Source(list=str(file))
        crawl(server, out, source)
        assert forget_main([str(out), server.url("/red.png")]) == 0
        crawl(server, out, source, refresh=True)
        assert server.paths().count("/red.png") == 1
    assert statuses(out) == {"/red.png": "denied optout"}


def test_the_next_dataset_is_without_it(tmp_path: Path) -> None:
    config = dataset.DatasetConfig(size=8)
    with serve(SITE) as server:
        pattern = r"/(?P<label>[a-z])\w+\.png"  # a class for each first letter
        source = Source(seeds=(server.url("/"),), label_pattern=pattern)
        manifest = crawl(server, tmp_path / "crawl", source)
        snapshot = dataset.run(config, [manifest], tmp_path / "dataset")
        red = sha256(picture("red", 64))
        assert red in snapshot.with_name("samples.csv").read_text(encoding="utf-8")
        assert forget_main([str(tmp_path / "crawl"), server.url("/red.png"), red]) == 0
        snapshot = dataset.run(config, [manifest], tmp_path / "dataset")
    assert red not in snapshot.with_name("samples.csv").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("HTTP://Example.org/a b.png", "url", "http://example.org/a%20b.png"),
        ("Example.org", "host", "example.org"),
        ("example.org:8080", "host", "example.org"),
        ("例え.jp", "host", "xn--r8jz45g.jp"),
        ("a" * 64, "sha256", "a" * 64),
        ("ftp://example.org/", None, None),
        ("a b", None, None),
        ("", None, None),
    ],
)
def test_a_word_names_an_address_a_host_or_a_content(
    text: str, kind: str | None, value: str | None
) -> None:
    target = target_of(text)
    assert (target and target.kind, target and target.value) == (kind, value)


def test_nonsense_is_one_sentence_and_forgets_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert forget_main([str(tmp_path), "example.org"]) == 2
    assert "no such file or folder" in capsys.readouterr().err
    with serve(SITE) as server:
        crawl(server, tmp_path)
        assert forget_main([str(tmp_path), server.url("/red.png"), "a b"]) == 2
    assert "'a b' is no address, no host and no SHA-256" in capsys.readouterr().err
    assert statuses(tmp_path)["/red.png"] != "denied optout"


def test_an_image_that_is_only_linked_keeps_its_row_in_later_crawls(tmp_path: Path) -> None:
    site: dict[str, Body] = {
        "/": page(link("/a.png"), image("/b.png")),
        "/a.png": picture("red"),
        "/b.png": picture("blue"),
    }
    with serve(site) as server:
        crawl(server, tmp_path)
        forget(tmp_path, [Target("url", server.url("/a.png"))])
        before = rows(tmp_path)
        assert before["/a.png"]["error"] == "optout: it was forgotten, as somebody wished"
        count = len(server.log)
        crawl(server, tmp_path, refresh=True)
        assert "/a.png" not in {exchange.path for exchange in server.log[count:]}
    assert rows(tmp_path) == before


def test_what_is_forgotten_is_counted_and_what_has_the_same_bytes_is_named(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    red = picture("red")
    site: dict[str, Body] = {
        "/": page(image("/a.png"), image("/b.png"), image("/c.png")),
        **dict.fromkeys(("/a.png", "/b.png"), red),
        "/c.png": picture("blue"),
    }
    with serve(site) as server:
        crawl(server, tmp_path)
        caplog.clear()
        forget(tmp_path, [Target("url", server.url("/a.png"))])
        assert "1 images that could be used before are forgotten" in caplog.text
        assert f"another address has the same bytes; forget these, too: {sha256(red)}" in (
            caplog.text
        )
        caplog.clear()
        forget(tmp_path, [Target("host", "elsewhere.example")])
        assert "nothing in" in caplog.text
        assert "forget these" not in caplog.text
