"""Pages whose images only JavaScript would bring: they are told of, with what to do instead."""

from pathlib import Path

import pytest

from crawler.reading.html import parse_page
from tests.crawler.crawling import crawl, image, link, page, picture
from tests.server import Body, serve

APP = "<title>Roses</title><div id=root></div><noscript>Please turn JavaScript on.</noscript>"
SCRIPT = "<script src=/app.js></script>"


@pytest.mark.parametrize(
    ("html", "is_bare"),
    [
        (APP + SCRIPT, True),
        (APP + "<script>start()</script>", True),
        (APP, False),
        (APP + SCRIPT + "<img src=a>", False),
        (APP + SCRIPT + "<a href=a.jpg>", False),
        (APP + SCRIPT + "<meta property=og:image content=a>", False),
        (APP + SCRIPT + "text " * 200, False),
    ],
)
def test_a_page_that_shows_nothing_and_says_little_is_a_script(html: str, *, is_bare: bool) -> None:
    read = parse_page(html.encode(), "https://example.org/")
    assert (read.is_script and not read.shows) is is_bare


def test_such_pages_are_told_of_once_a_host_with_what_to_do(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    site: dict[str, Body] = {
        "/": page(link("/one"), link("/two"), image("/a.png")),
        "/one": page(APP, SCRIPT),
        "/two": page(APP, SCRIPT),
        "/a.png": picture("red"),
    }
    with serve(site) as server:
        crawl(server, tmp_path)
        one = server.url("/one")
    said = [line for line in caplog.messages if "JavaScript" in line]
    assert len(said) == 1
    assert said[0].startswith(f"{one} shows no image without JavaScript")
    assert 'list = "urls.csv"' in said[0]
