"""Whole crawls where what forbids something comes late, oddly, or in an unexpected place."""

from pathlib import Path

import pytest

from crawler.config import Source
from tests.crawler.crawling import crawl, image, link, page, picture, settings, statuses
from tests.server import Answer, Body, serve

RED, BLUE = picture("red"), picture("blue")
NOAI = {"X-Robots-Tag": "noai"}


def test_a_robots_txt_in_a_coding_we_cannot_undo_closes_the_host(tmp_path: Path) -> None:
    with serve({}, hosts=("127.0.0.1", "127.0.0.2")) as server:
        server.site = {
            "127.0.0.1/": page(image(server.url("/a.png", "127.0.0.2"))),
            "127.0.0.2/robots.txt": Answer(b"\x8b\x0c\x80User", 200, {"Content-Encoding": "br"}),
            "127.0.0.2/a.png": RED,
        }
        crawl(server, tmp_path)
    assert statuses(tmp_path) == {"/a.png": "denied robots"}


def test_an_opt_out_on_the_way_to_an_image_counts(tmp_path: Path) -> None:
    site: dict[str, Body] = {
        "/": page(image("/a.png")),
        "/a.png": Answer("", 302, {"Location": "/b.png", **NOAI}),
        "/b.png": RED,
    }
    with serve(site) as server:
        crawl(server, tmp_path)
        assert "/b.png" not in server.paths()
    assert statuses(tmp_path) == {"/a.png": "denied optout"}


def test_a_page_named_like_an_image_speaks_of_the_images_it_shows(tmp_path: Path) -> None:
    site: dict[str, Body] = {
        "/": page(link("/p.jpg")),
        "/p.jpg": Answer(
            "<!doctype html>" + image("/c.png"), 200, {"Content-Type": "text/html", **NOAI}
        ),
        "/c.png": BLUE,
    }
    with serve(site) as server:
        crawl(server, tmp_path)
        assert "/c.png" not in server.paths()
    assert statuses(tmp_path) == {"/c.png": "denied optout"}


def test_what_a_page_says_of_its_images_holds_when_nothing_has_changed(tmp_path: Path) -> None:
    parts = {"Content-Type": "text/html", "ETag": '"1"', **NOAI}
    site: dict[str, Body] = {
        "/": page(link("/p.jpg")),
        "/p.jpg": Answer("<!doctype html>" + image("/c.png"), 200, parts),
        "/c.png": BLUE,
    }
    with serve(site) as server:
        crawl(server, tmp_path)
        site["/p.jpg"] = Answer("", 304)
        crawl(server, tmp_path, refresh=True)
        assert server.log[-1].headers["if-none-match"] == '"1"'
    assert statuses(tmp_path) == {"/c.png": "denied optout"}


@pytest.mark.parametrize("directive", ["none", "noai", "noimageai", "NoIndex, NoImageAI"])
@pytest.mark.parametrize("status", [200, 203, 301, 307])
def test_an_opt_out_counts_on_an_answer_of_any_status(
    tmp_path: Path, status: int, directive: str
) -> None:
    headers = {"X-Robots-Tag": directive, "Location": "/b.png"}
    site: dict[str, Body] = {
        "/": page(image("/a.png")),
        "/a.png": Answer(RED, status, headers),
        "/b.png": RED,
    }
    with serve(site) as server:
        crawl(server, tmp_path)
        assert "/b.png" not in server.paths()
    assert statuses(tmp_path) == {"/a.png": "denied optout"}
    assert list((tmp_path / "images").rglob("*.png")) == []


@pytest.mark.parametrize("agent", ["study/1.0 (薔薇)", "study/1.0é", "study/1.0 (a\tb)", "study é"])
def test_a_user_agent_is_printable_ascii(agent: str) -> None:
    with pytest.raises(ValueError, match="be printable ASCII"):
        settings(user_agent=agent)


@pytest.mark.parametrize("url", ["https://u:p@example.org/", "https://u@example.org/p/"])
def test_an_address_with_credentials_is_no_seed_and_no_prefix(url: str) -> None:
    with pytest.raises(ValueError, match="no user or password"):
        Source(label="x", seeds=(url,))
    with pytest.raises(ValueError, match="no user or password"):
        Source(label="x", seeds=("https://example.org/",), exclude=(url,))
