"""The part of a page whose images count: links to images count there, links to pages anywhere."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from crawler.config import Source
from crawler.reading.elements import elements
from crawler.reading.markup import balanced
from crawler.reading.selection import selected
from tests.crawler.crawling import crawl, image, link, page, picture, statuses, table
from tests.server import Body, serve

RED = picture("red")


def test_an_image_that_is_linked_outside_the_part_is_none_of_its_images(tmp_path: Path) -> None:
    pages: dict[str, Body] = {
        "/": page(
            f"<main>{link('/in.png')}</main>", link("/out.png"), link("/two"), image("/ad.png")
        ),
        "/two": page(f"<main>{image('/shown.png')}</main>", link("/out.png")),
        "/in.png": RED,
        "/shown.png": RED,
        "/out.png": RED,
    }
    with serve(pages) as server:
        crawl(server, tmp_path, Source(label="x", seeds=(server.url("/"),), select="main"))
        assert server.paths().count("/out.png") == 1  # whether it is a page, only its answer says
    assert set(statuses(tmp_path)) == {"/in.png", "/shown.png"}
    assert {row["url"].rsplit("/", 1)[1] for row in table(tmp_path / "found.csv")} == {
        "in.png",
        "shown.png",
    }


def test_a_page_that_is_linked_outside_the_part_is_followed_whatever_its_name(
    tmp_path: Path,
) -> None:
    pages: dict[str, Body] = {
        "/": page(link("/about.png")),
        "/about.png": page(f"<main>{image('/a.png')}</main>"),
        "/a.png": RED,
    }
    with serve(pages) as server:
        crawl(server, tmp_path, Source(label="x", seeds=(server.url("/"),), select="main"))
    assert statuses(tmp_path) == {"/a.png": "ok"}


def test_images_that_are_linked_outside_the_part_take_no_room_among_pages(tmp_path: Path) -> None:
    names = [f"/{number}.png" for number in range(5)]
    pages: dict[str, Body] = dict.fromkeys(names, RED)
    pages |= {"/": page(*map(link, names), link("/two")), "/two": page(image("/0.png"))}
    with serve(pages) as server:
        source = Source(label="x", seeds=(server.url("/"),), select="img")
        crawl(server, tmp_path, source, delay=0.0, max_pages=2)
    assert statuses(tmp_path) == {"/0.png": "ok"}


def test_what_is_an_image_to_one_source_may_be_a_page_to_another(tmp_path: Path) -> None:
    """Each has a part of its own; one sees the link as an image, the other as a page at most."""
    pages: dict[str, Body] = {
        "/": page(f"<main>{link('/a.png')}{link('/b.png')}</main><nav>{link('/c.png')}</nav>"),
        "/a.png": RED,
        "/b.png": page(f"<main>{image('/m.png')}</main><nav>{image('/n.png')}</nav>"),
        "/c.png": picture("blue"),
        "/m.png": RED,
        "/n.png": RED,
    }
    with serve(pages) as server:
        home = (server.url("/"),)
        sources = [Source(label=part, seeds=home, select=part) for part in ("main", "nav")]
        crawl(server, tmp_path, *sources)
    found = {(row["url"].rsplit("/", 1)[1], row["label"]) for row in table(tmp_path / "found.csv")}
    assert found == {("a.png", "main"), ("m.png", "main"), ("c.png", "nav"), ("n.png", "nav")}
    assert set(statuses(tmp_path)) == {"/a.png", "/c.png", "/m.png", "/n.png"}


PARTS = ["<a href=x>", "</a>", "<img src=x>", "<area>", "<p>", "</p>", "<picture>", "</picture>"]
MORE = ["<source>", "<div>", "</div>", "<script>", "</script>", "</br>", "a < b", "<li>", "&#0;"]


@given(st.lists(st.sampled_from(PARTS + MORE)).map("".join))
def test_positions_in_a_part_are_those_in_the_page(html: str) -> None:
    assert selected(html, "*") == set(range(len(list(elements(balanced(html))))))
