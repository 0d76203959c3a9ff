"""Links that end like an image and lead to pages: told from images by their answers alone."""

from pathlib import Path

from crawler.config import Source
from tests.crawler.crawling import crawl, image, link, page, picture, statuses, table
from tests.server import Answer, Body, serve

RED = picture("red")


def test_an_image_that_a_plain_link_redirects_to_keeps_its_row(tmp_path: Path) -> None:
    site: dict[str, Body] = {
        "/": page(link("/go"), link("/a.png")),
        "/go": Answer("", 302, {"Location": "/a.png"}),
        "/a.png": RED,
    }
    with serve(site) as server:
        crawl(server, tmp_path, delay=0.0)
    assert statuses(tmp_path) == {"/a.png": "ok"}


def test_a_page_named_like_an_image_is_read_again_where_another_size_is_wanted(
    tmp_path: Path,
) -> None:
    sizes = '<img srcset="/small.png 20w, /large.png 600w">'
    site: dict[str, Body] = {
        "/": page(link("/photo.jpg")),
        "/photo.jpg": page(sizes),
        "/small.png": RED,
        "/large.png": picture("blue"),
    }
    with serve(site) as server:
        crawl(server, tmp_path, delay=0.0)
        assert statuses(tmp_path) == {"/large.png": "ok"}
        crawl(server, tmp_path, delay=0.0, want=10)
    assert statuses(tmp_path) == {"/small.png": "ok"}


def test_a_page_behind_a_redirect_is_as_deep_as_its_link_says(tmp_path: Path) -> None:
    site: dict[str, Body] = {
        "/1": page(link("/a.jpg")),
        "/2": page(link("/c")),
        "/a.jpg": Answer("", 302, {"Location": "/b"}),
        "/b": page(link("/c")),
        "/c": page(image("/x.png")),
        "/x.png": RED,
    }
    with serve(site) as server:
        source = Source(label="rose", seeds=(server.url("/1"), server.url("/2")))
        crawl(server, tmp_path, source, delay=0.0)
    assert [row["depth"] for row in table(tmp_path / "found.csv")] == ["1"]
