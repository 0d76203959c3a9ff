"""Images that stand elsewhere than in src and srcset: lazy, behind elements, or only mentioned."""

import json
from pathlib import Path

import pytest

from crawler.reading.html import parse_page
from tests.crawler.crawling import crawl, image, link, page, picture, rows
from tests.server import Body, serve

HERE = "https://example.org/gallery/"


def found(html: str, select: str = "") -> list[tuple[str, str, bool]]:
    """Attribute, address without the folder of the page, and whether it is chosen."""
    references = parse_page(html.encode(), HERE, select=select).references
    return [(each.attribute, each.url.removeprefix(HERE), each.chosen) for each in references]


def chosen(html: str) -> list[str]:
    return [url for _, url, is_chosen in found(html) if is_chosen]


@pytest.mark.parametrize(
    ("html", "urls"),
    [
        ("<img src=wait.gif data-src=a.jpg>", ["a.jpg"]),
        ("<img src='data:image/gif;base64,R0' data-lazy-src=a.jpg>", ["a.jpg"]),
        ("<img data-original='a.jpg'>", ["a.jpg"]),
        ("<img src=wait.gif srcset='wait.gif 1x' data-srcset='a 400w, b 800w'>", ["b"]),
        ("<img data-src=a data-srcset='b 400w, c 800w'>", ["c"]),
        ("<img src=a.jpg data-src=''>", ["a.jpg"]),
        ("<img src=a.jpg data-src='about:blank'>", ["a.jpg"]),
        ("<img src=wait.gif data-src='about:blank' data-srcset='a 1x'>", ["a"]),
        ("<img src=a.jpg data-src='data:,x'>", ["a.jpg"]),
        ("<img src=a.jpg data-src='b_{width}x.jpg'>", ["a.jpg"]),
        ("<picture><source data-srcset=b><img src=wait.gif data-src=a></picture>", ["b"]),
        ("<img src=w.gif data-src=a><noscript><img src=a></noscript>", ["a", "a"]),
    ],
)
def test_what_a_script_would_show_takes_the_place_of_what_holds_it(
    html: str, urls: list[str]
) -> None:
    assert chosen(html) == urls


def test_what_holds_a_place_is_no_image_and_ties_nothing_together() -> None:
    assert found("<img src=wait.gif data-src=a><img src=wait.gif data-src=b>") == [
        ("data-src", "a", True),
        ("data-src", "b", True),
    ]


def test_an_image_behind_an_element_is_one_of_the_page() -> None:
    html = (
        "<div style=\"background-image: url('a.jpg')\"></div><a href=x style='background:url(b)'>"
    )
    assert found(html) == [("style", "a.jpg", True), ("style", "b", True)]
    assert parse_page(html.encode(), HERE).links[0].position == 1


def test_a_part_has_its_backgrounds() -> None:
    html = (
        "<p style='background:url(n)'></p><main><p style='background:url(a)'></p><img src=b></main>"
    )
    assert found(html, "main") == [("style", "a", True), ("src", "b", True)]


LD = json.dumps(
    {
        "@context": "https://schema.org",
        "@type": "Recipe",
        "image": ["1.jpg", {"@type": "ImageObject", "url": "2.jpg", "contentUrl": "2-full.jpg"}],
        "publisher": {"@type": "Organization", "logo": {"@type": "ImageObject", "url": "logo.png"}},
        "hasPart": [{"@type": ["Photograph"], "contentUrl": "3.jpg"}, {"url": "n.html"}],
    }
)
STRUCTURED = f"<script type='application/ld+json'>{LD}</script>"
GRAPH = "<meta property='og:image' content='og.jpg'><link rel=image_src href=src.jpg>"
STYLE = "<style>.hero { background: url(hero.jpg) }</style>"


@pytest.mark.parametrize(
    ("html", "urls"),
    [
        (STRUCTURED + GRAPH + STYLE, ["1.jpg", "2-full.jpg", "3.jpg"]),
        (GRAPH + STYLE, ["hero.jpg"]),
        (GRAPH, ["og.jpg"]),
        ("<meta name=twitter:image content=t.jpg>", ["t.jpg"]),
        ("<link rel='image_src' href=src.jpg>", ["src.jpg"]),
        (STRUCTURED + GRAPH + STYLE + "<img src=a>", ["a"]),
        (STRUCTURED.replace("}", ""), []),
        ("<script type='application/ld+json'>" + "[" * 100_000, []),
        ("<script>'<img src=a>'</script>", []),
    ],
)
def test_what_a_page_mentions_counts_where_it_shows_nothing(html: str, urls: list[str]) -> None:
    assert chosen(html) == urls


def test_a_mention_is_told_of_but_is_no_part_of_what_is_selected() -> None:
    html = GRAPH + "<img src=a>"
    assert found(html) == [
        ("src", "a", True),
        ("og:image", "og.jpg", False),
        ("image_src", "src.jpg", False),
    ]
    assert found(html, "main") == []


def test_a_row_has_the_licence_of_the_first_page_that_names_one(tmp_path: Path) -> None:
    by = '<a rel="license" href="https://l.example/by/4.0/">CC BY</a>'
    site: dict[str, Body] = {
        "/": page(image("/a.png"), image("/b.png"), link("/two")),
        "/two": page(image("/a.png"), by),
        "/a.png": picture("red"),
        "/b.png": picture("blue"),
    }
    with serve(site) as server:
        crawl(server, tmp_path)
    licences = {path: row["licence"] for path, row in rows(tmp_path).items()}
    assert licences == {"/a.png": "https://l.example/by/4.0/", "/b.png": ""}
