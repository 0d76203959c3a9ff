import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.reading.codec import encode
from crawler.reading.encoding import codec_of
from crawler.reading.html import parse_page
from crawler.reading.page import Page
from crawler.reading.resolve import MOST

HERE = "https://example.org/gallery/index.html"


def parse(html: str, *, select: str = "", want: int = 512, encoding: str = "") -> Page:
    return parse_page(html.encode(), HERE, select=select, want=want, encoding=encoding)


def links(html: str) -> list[str]:
    return [link.url for link in parse(html).links]


def chosen(html: str, want: int = 512) -> list[str]:
    """What is fetched of each element, without the folder of the page."""
    found = [reference.url for reference in parse(html, want=want).references if reference.chosen]
    return [url.removeprefix("https://example.org/gallery/") for url in found]


def test_links_stand_in_the_order_of_the_page_and_count_with_the_images() -> None:
    page = parse(
        "<a href=b.html>b</a><img src=1.png><map><area href='/a'></map><a href=photo.jpg>p</a>"
        "<a name=anchor>"
    )
    assert [(link.url, link.position) for link in page.links] == [
        ("https://example.org/gallery/b.html", 0),
        ("https://example.org/a", 2),
        ("https://example.org/gallery/photo.jpg", 3),
    ]
    assert [reference.position for reference in page.references] == [1]


def test_links_that_cannot_be_fetched_are_none() -> None:
    assert links("<a href='mailto:a@b.c'><a href='javascript:x()'><a href='http://u:p@h/'>") == []
    assert links("<a href='#part'>") == [HERE]


def test_the_first_base_that_has_an_href_counts() -> None:
    assert links("<base target=x><base href=/other/><base href=/third/><a href=a>") == [
        "https://example.org/other/a"
    ]
    assert links("<base href='https://cdn.example/x/y'><a href=a>") == ["https://cdn.example/x/a"]
    assert links("<base href='data:,x'><a href=/a>") == ["https://example.org/a"]
    assert parse("<a href=a>").base == HERE


@pytest.mark.parametrize(
    ("html", "url"),
    [
        ("<img src=a.jpg>", "a.jpg"),
        ("<img src=a.jpg srcset='b.jpg 400w, c.jpg 800w'>", "c.jpg"),
        ("<img src=a.jpg srcset='b.jpg 400w, c.jpg 500w'>", "c.jpg"),
        ("<img src=a.jpg srcset='b.jpg 1.5x, c.jpg 3x, d.jpg 2x'>", "c.jpg"),
        ("<img src=a.jpg srcset='b.jpg 0w, data:image/png;base64,AA 2x'>", "a.jpg"),
        ("<img src='data:,x' srcset='b.jpg 100w'>", "b.jpg"),
        ("<picture><source srcset='b.webp 900w'><img src=a.jpg></picture>", "b.webp"),
        ("<picture><source srcset='b 900w'><img src=a srcset='c 600w'></picture>", "c"),
        ("<picture><source srcset=b.avif type=image/avif><img src=a.jpg></picture>", "a.jpg"),
        ("<picture><source srcset=b type='IMAGE/WebP; q=1'><img src=a></picture>", "b"),
        ("<picture><source srcset=b.svg type=image/svg+xml><img src=a></picture>", "a"),
        ("<picture><source srcset=b type=image/jxl><source srcset=c><img src=a></picture>", "c"),
        ("<picture><source srcset=b media='(max-width: 600px)'><img src=a></picture>", "a"),
        ("<picture><source srcset=b media='(width < 600px)'><source srcset=c><img></picture>", "c"),
        ("<picture><source srcset=b media='(min-width: 9px)'><img src=a></picture>", "b"),
        ("<picture><source srcset=b><source srcset=c><img src=a></picture>", "b"),
        ("<picture><source srcset=b media=print><img></picture>", "b"),
        ("<picture><img src=a><source srcset=b></picture>", "a"),
        ("<video><source srcset=b></video><img src=a>", "a"),
        ("<picture><source srcset=b><p><img src=a></p></picture>", "a"),
        ("<noscript><img src=a></noscript>", "a"),
    ],
)
def test_of_what_an_element_offers_one_is_chosen(html: str, url: str) -> None:
    assert chosen(html) == [url]


@pytest.mark.parametrize(
    "html", ["<img>", "<img src=''>", "<img src=' '>", "<img src='data:,x'>", "<img srcset=', ,'>"]
)
def test_an_element_that_offers_nothing_is_no_reference(html: str) -> None:
    assert parse(html).references == ()


def test_the_alternatives_of_an_element_share_its_position_and_its_text() -> None:
    (one, two, three) = parse(
        "<p><img alt=' rote\n Ro\u0308se ' src=s.jpg srcset='s.jpg 100w, m.jpg 700w, l.jpg 900w'>"
    ).references
    assert [reference.url.rsplit("/", 1)[1] for reference in (one, two, three)] == [
        "s.jpg",
        "m.jpg",
        "l.jpg",
    ]
    assert {reference.position for reference in (one, two, three)} == {0}
    assert {reference.alt for reference in (one, two, three)} == {"rote R\u00f6se"}
    assert [reference.chosen for reference in (one, two, three)] == [False, True, False]
    assert {reference.attribute for reference in (one, two, three)} == {"srcset"}


def test_want_is_the_width_that_is_enough() -> None:
    html = "<img srcset='s.jpg 100w, m.jpg 700w, l.jpg 900w'>"
    assert [chosen(html, want) for want in (50, 101, 800, 1000)] == [
        ["s.jpg"],
        ["m.jpg"],
        ["l.jpg"],
        ["l.jpg"],
    ]


def test_a_selector_limits_the_images_and_not_the_links() -> None:
    html = "<a href=x><img src=logo.png></a><div class='photos b'><p><img src=1.jpg></p></div>"
    page = parse(html, select="div.photos, #none")
    assert [reference.url for reference in page.references] == ["https://example.org/gallery/1.jpg"]
    assert page.references[0].position == parse(html).references[1].position
    assert len(page.links) == 1
    assert [reference.url[-5:] for reference in parse(html, select="a img").references] == ["o.png"]


def test_a_selector_may_ask_for_text() -> None:
    html = "<div><h2>R&ouml;ses</h2><img src=1></div><div><h2>Oaks</h2><img src=2></div>"
    page = parse(html, select="div:has(h2:-soup-contains('Röses'))")
    assert [reference.url[-1] for reference in page.references] == ["1"]


@pytest.mark.parametrize(
    ("label", "query"),
    [
        ("shift_jis", "%90F=%90%D4"),
        ("euc-jp", "%BF%A7=%C0%D6"),
        ("iso-2022-jp", "%1B%24B%3F%27%1B%28B=%1B%24B@V%1B%28B"),
        ("gbk", "%C9%AB=%B3%E0"),
        ("gb18030", "%C9%AB=%B3%E0"),
        ("big5", "%A6%E2=%A8%AA"),
        ("euc-kr", "%DF%E4=%EE%E5"),
        ("utf-8", "%E8%89%B2=%E8%B5%A4"),
        ("utf-16-le", "%E8%89%B2=%E8%B5%A4"),
        ("utf-16-be", "%E8%89%B2=%E8%B5%A4"),
    ],
)
def test_a_page_may_be_in_any_encoding_and_queries_are_sent_in_it(label: str, query: str) -> None:
    html = "<a href='/花?色=赤&b#x'>花</a><img alt='赤花' src='花.jpg'>"
    page = parse_page(html.encode(label), HERE, encoding=label)
    assert page.links[0].url == f"https://example.org/%E8%8A%B1?{query}&b"
    assert page.references[0].url == "https://example.org/gallery/%E8%8A%B1.jpg"
    assert page.references[0].alt == "赤花"


@pytest.mark.parametrize(
    ("label", "letter", "query"),
    [
        ("shift_jis", "表", "%95\\"),
        ("big5", "功", "%A5\\"),
        ("gbk", "瓅", "%AD|"),
        ("iso-2022-jp", "ぃ", "%1B%24B%24%23%1B%28B"),  # # begins no fragment
        ("iso-2022-jp", "う", "%1B%24B%24%26%1B%28B"),  # & no other field
        ("iso-2022-jp", "ア", "%1B%24B%25%22%1B%28B"),
        ("iso-2022-jp", "あ花い", "%1B%24B%24%222V%24%24%1B%28B"),
        ("euc-jp", "①～", "%AD%A1%A1%C1"),
    ],
)
def test_half_a_character_may_be_ascii_in_a_query(label: str, letter: str, query: str) -> None:
    body = b"<a href='?q=" + encode(letter, codec_of(label)) + b"&b'>"
    page = parse_page(body, HERE, encoding=label)
    assert page.links[0].url == f"{HERE}?q={query}&b"


@pytest.mark.parametrize("label", ["latin1", "euc-jp", "iso-2022-jp", "big5"])
def test_a_character_that_an_encoding_lacks_is_sent_as_browsers_send_it(label: str) -> None:
    page = parse_page(b"<a href='?q=&#128512;'>", HERE, encoding=label)
    assert page.links[0].url.endswith("?q=%26%23128512%3B")
    page = parse_page(b"<a href='?q=\xe9&#33457;'>", HERE, encoding="latin1")
    assert page.links[0].url.endswith("?q=%E9%26%2333457%3B")


def test_ampersands_in_addresses_are_those_of_the_standard() -> None:
    assert links("<a href='/?a=1&copy=2&amp;c=3'>") == ["https://example.org/?a=1&copy=2&c=3"]


def test_xhtml_and_short_texts_are_read_without_a_word() -> None:
    assert links("<?xml version='1.0'?><rss><a href='/x'/></rss>") == ["https://example.org/x"]
    assert parse("index.html").links == parse("https://example.org/").links == ()


@given(st.binary() | st.text(alphabet="<>/='\"& aimgsrct,1wx\n").map(str.encode))
def test_no_bytes_raise_and_each_element_has_one_chosen(body: bytes) -> None:
    page = parse_page(body, HERE, select="a, p img")
    for part in page, parse_page(body, HERE):
        positions = [reference.position for reference in part.references]
        picked = [reference.position for reference in part.references if reference.chosen]
        assert sorted(set(positions)) == picked


SIZES = ", ".join(f"{width}.png {width}w" for width in range(1, 10_000))


@pytest.mark.parametrize(
    "html",
    [
        f"<base href='/{'b' * 5000}/'>" + "<a href=x>" * 20_000,
        f"<img alt='{'a' * 2000}' srcset='{SIZES}'>" * 2,
    ],
    ids=["a long base", "a long text for many sizes"],
)
def test_a_page_brings_no_more_than_many_times_its_length(html: str) -> None:
    page = parse(html)
    brought = [link.url for link in page.links]
    brought += [text for each in page.references for text in (each.url, each.alt)]
    assert MOST / 2 < sum(map(len, brought)) < 2 * MOST


@pytest.mark.timeout(60)
@pytest.mark.parametrize("select", ["", "div div .x img"])
@pytest.mark.parametrize("unit", ["<a>", "<source srcset=x><img>", "<div><img src=x>"])
def test_a_hostile_page_is_read_in_a_moment(unit: str, select: str) -> None:
    html = "<picture>" + unit * (100_000 // len(unit))
    assert len(parse(html, select=select).references) <= 10_000
