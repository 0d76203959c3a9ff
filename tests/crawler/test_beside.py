"""Captions, licences and creators: what stands beside an image on its page."""

import json
import time
from pathlib import Path

import pytest

from crawler.config import Source
from crawler.reading.beside import Beside
from crawler.reading.html import MOST_BESIDE, parse_page
from crawler.reading.jsonld import pictures
from crawler.reading.page import Page
from dataset.reading.manifests import read_manifests
from tests.crawler.crawling import crawl, image, link, page, picture, rows, table
from tests.server import Body, serve

HERE = "https://example.org/gallery/"
BY = "<a rel=license href=https://l.example/by/>CC BY</a>"
ZERO = "<a href=zero rel='nofollow License'>CC0</a>"
BY_URL, ZERO_URL = "https://l.example/by/", f"{HERE}zero"


def parse(html: str) -> Page:
    return parse_page(html.encode(), HERE)


def said(html: str, field: str) -> dict[str, str]:
    """Of each image that is chosen, by its address, what is said of it."""
    found = parse(html)
    return {
        each.url.removeprefix(HERE): getattr(found.beside.get(each.position, Beside()), field)
        for each in found.references
        if each.chosen
    }


@pytest.mark.parametrize(
    ("html", "licences"),
    [
        (f"<img src=a><p>{BY}", {"a": BY_URL}),
        (f"{BY}<img src=a><img src=b>", {"a": BY_URL, "b": BY_URL}),
        ("<link rel=license href=zero><img src=a>", {"a": ZERO_URL}),
        ("<img src=a><a href=license.html>license</a>", {"a": ""}),
        ("<img src=a><a rel=license href='javascript:x()'>", {"a": ""}),
        ("<img src=a><a rel=license>text</a>", {"a": ""}),
        (
            f"<figure><img src=a>{BY}</figure><figure>{ZERO}<img src=b></figure>",
            {"a": BY_URL, "b": ZERO_URL},
        ),
        (f"<figure><img src=a>{BY}</figure><img src=b>", {"a": BY_URL, "b": ""}),
        (f"<figure><img src=a>{BY}</figure><img src=b>{ZERO}", {"a": BY_URL, "b": ZERO_URL}),
        (f"<div><p><img src=a></p><div><p>{BY}</p></div></div>", {"a": BY_URL}),
        (f"<ul><li><img src=a>{BY}<li><img src=b>{ZERO}</ul>", {"a": BY_URL, "b": ZERO_URL}),
        (f"<p><img src=a>{BY}{ZERO}</p>", {"a": BY_URL}),
        (
            "<main><img src=a></main><p><a rel=license href=zero><img src=badge></a></p>",
            {"a": ZERO_URL, "badge": ""},
        ),
        (
            f"<img src=a><footer><img src=logo>{BY}</footer>",
            {"a": BY_URL, "logo": ""},
        ),
        ("<div itemprop=image><img src=a><meta itemprop=license content=CC0></div>", {"a": "CC0"}),
    ],
)
def test_a_licence_speaks_for_the_images_of_the_smallest_element_that_holds_both(
    html: str, licences: dict[str, str]
) -> None:
    assert said(html, "licence") == licences


@pytest.mark.parametrize(
    ("html", "creators"),
    [
        ("<figure><img src=a><a rel=author href=x>花子  山田</a></figure>", {"a": "花子 山田"}),
        ("<figure><img src=a><b property='cc:attributionName'>A. B.</b></figure>", {"a": "A. B."}),
        ("<div><img src=a><b itemprop='creator'><i>A</i> B</b></div>", {"a": "A B"}),
        ("<div><img src=a><meta itemprop=author content='A B'></div>", {"a": "A B"}),
        ("<p><img src=a><a rel=author href=x></a></p>", {"a": ""}),
        ("<p><img src=a><a rel=author href=x>A</p><p><img src=b></p>", {"a": "A", "b": ""}),
        ("<img src=a><a href=x>author</a>", {"a": ""}),
        (
            "<figure><img src=a><p><a rel=author href=x>A</a><a rel=license href=l><img src=badge>",
            {"a": "A", "badge": ""},
        ),
    ],
)
def test_a_creator_is_named_beside_the_image(html: str, creators: dict[str, str]) -> None:
    assert said(html, "creator") == creators


@pytest.mark.parametrize(
    ("html", "captions"),
    [
        ("<figure><img src=a><figcaption>A <b>rose</b>\n</figcaption></figure>", {"a": "A rose"}),
        ("<h1>Roses</h1><img src=a><h2>薔薇</h2><img src=b>", {"a": "Roses", "b": "薔薇"}),
        ("<img src=a><h1>Roses</h1>", {"a": ""}),
        (
            "<h1>Roses</h1><figure><img src=a><figcaption>One</figcaption></figure><img src=b>",
            {"a": "One", "b": "Roses"},
        ),
        ("<h1>Ro<h2>ses</h2></h1><img src=a>", {"a": "Roses"}),
        ("<figure><figcaption>both</figcaption><img src=a><img src=b>", {"a": "both", "b": "both"}),
    ],
)
def test_a_caption_is_that_of_the_figure_or_the_heading_before(
    html: str, captions: dict[str, str]
) -> None:
    assert said(html, "caption") == captions


def test_a_long_text_is_cut_and_a_deep_page_costs_no_more_than_its_length() -> None:
    (caption,) = said(f"<h1>{'rose ' * 1000}</h1><img src=a>", "caption").values()
    assert 990 < len(caption) <= 1000
    deep = "<div><b itemprop=author><h1>" * 20_000 + "<img src=a>x" * 20_000
    assert set(said(deep, "licence").values()) == {""}


LD = {
    "@type": "ImageObject",
    "contentUrl": "a.jpg",
    "license": "by/4.0/",
    "creator": [{"@type": "Person", "name": "花子"}],
    "creditText": "花子 / Museum",
    "caption": "Rosa canina",
}


def test_structured_data_says_more_of_an_image_than_what_stands_near_it() -> None:
    data = f"<script type=application/ld+json>{json.dumps(LD)}</script>"
    found = parse(f"<h1>Roses</h1><img src=a.jpg><img src=b.jpg>{BY}{data}").beside
    assert found[0] == Beside("Rosa canina", f"{HERE}by/4.0/", "花子", "花子 / Museum")
    assert found[1] == Beside("Roses", BY_URL)


def test_structured_data_of_a_page_that_shows_nothing_is_said_of_what_it_mentions() -> None:
    data = json.dumps(LD | {"license": "All rights reserved", "creator": 7})
    found = parse(f"<script type=application/ld+json>{data}</script>")
    assert [each.chosen for each in found.references] == [True]
    assert found.beside[0] == Beside("Rosa canina", "All rights reserved", "", "花子 / Museum")


def test_each_source_hears_what_is_said_of_the_images_that_it_selects(tmp_path: Path) -> None:
    """To the one the statement is about the icon beside it; the other knows of no icon."""
    said = "<a rel=license href=/by><img src=/icon.png></a>"
    parts = f"<h1>Roses</h1><main><img src=/a.png></main><p>{image('/icon.png')}{said}</p>"
    site: dict[str, Body] = {"/": page(parts), "/a.png": picture("red")}
    for number, selects in enumerate([["main"], ["", "main"], ["main", ""]]):
        with serve(site) as server:
            seeds = (server.url("/"),)
            sources = [Source(label="rose", seeds=seeds, select=select) for select in selects]
            crawl(server, tmp_path / str(number), *sources)
            licence = server.url("/by")
        assert rows(tmp_path / str(number))["/a.png"]["licence"] == licence


def test_half_a_character_in_structured_data_stops_no_crawl(tmp_path: Path) -> None:
    data = '{"@type": "ImageObject", "contentUrl": "/a.png", "caption": "a \\ud800 b"}'
    site: dict[str, Body] = {
        "/": page(f"<script type=application/ld+json>{data}</script>"),
        "/a.png": picture("red"),
    }
    with serve(site) as server:
        crawl(server, tmp_path)
    assert [row["caption"] for row in table(tmp_path / "found.csv")] == ["a ? b"]


def test_a_long_licence_beside_many_images_is_not_kept_for_each_of_them() -> None:
    far = "https://l.example/" + "a" * 7000
    found = parse(f"<a rel=license href={far}>by</a>" + "<img src=a>" * 50_000)
    assert sum(len("".join(beside)) for beside in found.beside.values()) <= MOST_BESIDE


def test_types_of_structured_data_that_hold_each_other_cost_no_more_than_their_length() -> None:
    deep = '{"@type":' * 300 + "[" + ",".join("1" * 300_000) + "]" + "}" * 300
    start = time.process_time()
    assert list(pictures(deep)) == []
    assert time.process_time() - start < 2


def test_rows_and_references_have_what_stands_beside_them(tmp_path: Path) -> None:
    figure = f"<figure>{image('/a.png')}<figcaption>One</figcaption>{BY}</figure>"
    big = f"<figure><a href='/big.png'>{image('/b.png')}</a><figcaption>Two</figcaption></figure>"
    site: dict[str, Body] = {
        "/": page("<h1>Roses</h1>", figure, big, image("/c.png")),
        "/a.png": picture("red"),
        "/b.png": picture("blue"),
        "/big.png": picture("green"),
        "/c.png": picture("white"),
    }
    with serve(site) as server:
        crawl(server, tmp_path)
    licences = {path: row["licence"] for path, row in rows(tmp_path).items()}
    assert licences == {"/a.png": BY_URL, "/b.png": "", "/big.png": "", "/c.png": ""}
    found = {row["url"].rpartition("/")[2]: row["caption"] for row in table(tmp_path / "found.csv")}
    assert found == {"a.png": "One", "b.png": "Two", "big.png": "Two", "c.png": "Roses"}


@pytest.mark.parametrize(
    ("href", "known_as"),
    [
        ("/roses/", "https://example.org/roses/"),
        ("?page=2", "https://example.org/gallery/?page=2"),
        ("https://example.org/gallery/", ""),
        ("https://elsewhere.example/roses/", ""),
        ("https://example.org:8443/", ""),
        ("javascript:x()", ""),
    ],
)
def test_a_page_is_known_by_the_address_it_gives_on_its_own_host(href: str, known_as: str) -> None:
    assert parse(f"<link rel='x CANONICAL' href='{href}'>").canonical == known_as


def test_images_of_two_pages_under_one_name_are_no_alternatives(tmp_path: Path) -> None:
    known = "<link rel=canonical href='/roses'>"
    site: dict[str, Body] = {
        "/": page(link("/roses?page=2"), link("/roses")),
        "/roses": page(known, image("/a.png")),
        "/roses?page=2": page(known, image("/b.png")),
        "/a.png": picture("red"),
        "/b.png": picture("blue"),
    }
    with serve(site) as server:
        crawl(server, tmp_path)
    items = read_manifests([tmp_path / "manifest.csv"]).items
    assert [item.elements for item in items] == [(), ()]


def test_images_are_those_of_the_page_as_it_is_to_be_known(tmp_path: Path) -> None:
    known = "<link rel=canonical href='/roses'>"
    site: dict[str, Body] = {
        "/": page(link("/roses?by=date"), link("/roses")),
        "/roses": page(known, image("/a.png")),
        "/roses?by=date": page(known, image("/b.png"), image("/a.png")),
        "/a.png": picture("red"),
        "/b.png": picture("blue"),
    }
    with serve(site) as server:
        crawl(server, tmp_path)
        pages = {path: row["page_url"] for path, row in rows(tmp_path).items()}
        assert pages == dict.fromkeys(("/a.png", "/b.png"), server.url("/roses"))
        assert sorted(server.paths()).count("/roses?by=date") == 1
