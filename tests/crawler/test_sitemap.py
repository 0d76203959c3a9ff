import gzip
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.reading.sitemap import Pictured, Sitemap, may_be_sitemap, read_sitemap

DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
NAMESPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
IMAGE = 'xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"'
PAGES = ["https://example.org/", "https://example.org/花/薔薇?a=1&b=2"]
MEBIBYTE = 1 << 20


def urlset(inside: str) -> str:
    return f"{DECLARATION}<urlset {NAMESPACE} {IMAGE}>{inside}</urlset>"


def page(url: str, inside: str = "") -> str:
    return f"<url><loc>{url}</loc>{inside}</url>"


def picture(url: str, inside: str = "") -> str:
    return f"<image:image><image:loc>{url}</image:loc>{inside}</image:image>"


def read(text: str | bytes) -> Sitemap:
    sitemap = read_sitemap(text.encode() if isinstance(text, str) else text)
    assert sitemap is not None
    return sitemap


@contextmanager
def little_memory(most: int) -> Iterator[None]:
    """What is done within takes at most so many MiB beside what was there."""
    tracemalloc.start()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < most * MEBIBYTE
    finally:
        tracemalloc.stop()


OPEN = f"{DECLARATION}<urlset>{page('https://a/')}".encode()
LATE = page("https://late/").encode()
ORDINARY = urlset(
    page("https://example.org/", "<lastmod>2026-01-01</lastmod><priority>0.8</priority>")
    + page("\n  https://example.org/花/薔薇?a=1&amp;b=2\n")
)


@pytest.mark.parametrize(
    "text",
    [
        ORDINARY,
        ORDINARY.removeprefix(DECLARATION),
        ORDINARY.replace(' encoding="UTF-8"', ""),
        ORDINARY.replace('"1.0"', '"2.0" date=""'),
        ORDINARY.replace(NAMESPACE, ""),
        ORDINARY.replace(NAMESPACE, 'xmlns="http://www.google.com/schemas/sitemap/0.84"'),
        ORDINARY.replace(NAMESPACE, 'xmlns="http://example.org/of-our-own"'),
        ORDINARY.replace("<", "<sm:").replace("<sm:/", "</sm:").replace("<sm:?", "<?"),
        ORDINARY.replace("url", "URL").replace("loc>", "Loc>"),
        ORDINARY.replace("<loc>", "<loc><![CDATA[")
        .replace("</loc>", "]]></loc>")
        .replace("&amp;", "&"),
        ORDINARY.replace("?a=1&amp;b", "<![CDATA[?a=1&b]]>"),
        ORDINARY.replace("&amp;", "&#38;"),
        ORDINARY.replace("<loc>", "<loc><url>").replace("</loc>", "</url></loc>"),
        ORDINARY.replace("<url>", "<!-- <url><loc>no</loc></url> --><url>"),
        ORDINARY.replace("<url>", "<url><video:video><video:loc>no</video:loc></video:video>"),
        ORDINARY.replace(DECLARATION, f'{DECLARATION}<?xml-stylesheet href="a.xsl"?><!-- a -->'),
        ORDINARY.replace(DECLARATION, f'{DECLARATION}<!DOCTYPE urlset SYSTEM "http://a/b.dtd">'),
        "\n \t" + ORDINARY,
        f"<br />\n<b>Warning</b>: a &lt; b in <b>a.php</b><br />\n{ORDINARY}",
        "a warning " * 300 + ORDINARY,
        "\ufeff" + ORDINARY,
        ORDINARY + "\n<!-- cached -->\n",
        "\n\n".join(["", *PAGES, ""]),
        "\r\n".join(PAGES),
        "\ufeff" + "\n".join(PAGES),
    ],
)
def test_pages_are_read_however_the_file_is_dressed(text: str) -> None:
    assert read(text) == Sitemap([], PAGES, [], is_cut=False)


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "shift_jis", "euc_jp", "cp1252"])
def test_a_file_is_decoded_as_it_says(codec: str) -> None:
    url = "https://example.org/" + ("é" if codec == "cp1252" else "薔薇")
    label = {"cp1252": "ISO-8859-1", "utf-8-sig": "UTF-8"}.get(codec, codec)
    text = urlset(page(url)).replace("UTF-8", label)
    assert read(text.encode(codec)) == Sitemap([], [url], [], is_cut=False)


@pytest.mark.parametrize("label", ["utf-16", "rot13", "no-such-thing", "utf-7", ""])
def test_an_encoding_that_cannot_be_is_taken_for_utf8(label: str) -> None:
    assert read(ORDINARY.replace("UTF-8", label)).pages == PAGES


def test_bytes_that_fit_nothing_do_not_end_the_reading() -> None:
    found = read(urlset(page("https://a/") + page("https://b/X")).encode().replace(b"X", b"\xff"))
    assert found == Sitemap([], ["https://a/", "https://b/\ufffd"], [], is_cut=False)


def test_an_index_tells_of_further_sitemaps_and_no_pages() -> None:
    inside = "".join(
        f"<sitemap>{loc}<lastmod>2026-01-01</lastmod></sitemap>"
        for loc in (
            "<loc>https://example.org/1.xml.gz</loc>",
            "",
            "<loc/>",
            "<loc>  </loc>",
            "<loc>https://example.org/2.php?a=1&amp;b=<![CDATA[2&c=3]]></loc>",
            "<loc>https://example.org/1.xml.gz</loc>",
        )
    )
    assert read(f"{DECLARATION}<sitemapindex {NAMESPACE}>{inside}</sitemapindex>") == Sitemap(
        ["https://example.org/1.xml.gz", "https://example.org/2.php?a=1&b=2&c=3"],
        [],
        [],
        is_cut=False,
    )


def test_images_stand_with_the_page_that_shows_them() -> None:
    licence = "<image:license>https://example.org/CC BY</image:license>"
    geo = "<image:geo><image:title>no</image:title></image:geo>"
    title, caption = (
        "<image:title>題</image:title>",
        "<image:caption>\n 赤い \t薔薇\n</image:caption>",
    )
    found = read(
        urlset(
            page("https://a/", picture("/1.jpg", title + caption) + picture("/2.jpg", title))
            + page("https://b/")
            + f"<url>{picture('/3.jpg', geo + licence)}{picture('')}<loc>https://c/</loc></url>"
        )
    )
    assert found.pages == ["https://a/", "https://b/", "https://c/"]
    assert found.images == [
        Pictured("https://a/", "/1.jpg", "赤い 薔薇", ""),
        Pictured("https://a/", "/2.jpg", "題", ""),
        Pictured("https://c/", "/3.jpg", "", "https://example.org/CC BY"),
    ]


def test_of_several_addresses_of_one_thing_the_first_counts() -> None:
    shown = picture("/1", "<image:loc>/no</image:loc>")
    found = read(urlset(page("https://a/", f"<loc>https://no/</loc>{shown}")))
    assert found == Sitemap(
        [], ["https://a/"], [Pictured("https://a/", "/1", "", "")], is_cut=False
    )


def test_a_caption_is_one_line_in_nfc_of_at_most_1000_characters() -> None:
    long = "か\u3099" * 1500 + " 花"
    shown = picture("/1.jpg", f"<image:caption>{long}</image:caption>")
    assert [each.caption for each in read(urlset(page("https://a/", shown))).images] == ["が" * 500]


def test_a_page_counts_once_and_keeps_its_place_and_all_its_images() -> None:
    twice = (
        page("https://a/", picture("/1")) + page("https://b/") + page("https://a/", picture("/2"))
    )
    found = read(urlset(twice))
    assert found.pages == ["https://a/", "https://b/"]
    assert [each.url for each in found.images] == ["/1", "/2"]


def test_a_feed_of_rss_is_a_sitemap() -> None:
    found = read(f"""{DECLARATION}
        <rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/"><channel>
        <title>no</title><link>https://example.org/</link>
        <image><url>https://example.org/logo.png</url><link>https://example.org/</link></image>
        <item><title>no</title><link>https://example.org/1?a&amp;b</link><guid>https://no/</guid>
          <enclosure url="/1.jpg" length="1" type="image/jpeg"/>
          <enclosure url="/1.mp3" length="1" type="audio/mpeg"/>
          <media:thumbnail url="/small.jpg"/>
          <media:group>
            <media:content url="/2.jpg" medium="image"><media:title>花</media:title></media:content>
            <media:content url="/2.mp4" type="video/mp4"><media:title>no</media:title>
            </media:content>
          </media:group></item>
        <item><guid isPermaLink="false">tag:no</guid></item>
        <item><atom:link href="https://no/"/><guid>https://example.org/2</guid><image><url>/no.png</url></image></item>
        </channel></rss>""")
    assert found.pages == ["https://example.org/1?a&b", "https://example.org/2"]
    assert found.images == [
        Pictured("https://example.org/1?a&b", "/1.jpg", "", ""),
        Pictured("https://example.org/1?a&b", "/2.jpg", "花", ""),
    ]
    assert not found.is_cut


def test_a_feed_of_rss_1_is_a_sitemap() -> None:
    found = read(f"""{DECLARATION}
        <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">
        <channel rdf:about="https://example.org/feed"><link>https://example.org/</link>
          <items><rdf:Seq><rdf:li resource="https://example.org/1"/></rdf:Seq></items></channel>
        <image><url>https://example.org/logo.gif</url></image>
        <item rdf:about="https://example.org/1"><link>https://example.org/1</link></item></rdf:RDF>""")
    assert found == Sitemap([], ["https://example.org/1"], [], is_cut=False)


def test_a_feed_of_atom_is_a_sitemap() -> None:
    found = read(f"""{DECLARATION}<feed xmlns="http://www.w3.org/2005/Atom">
        <link href="https://example.org/"/><id>urn:no</id>
        <entry><link rel="self" href="https://no/"/><link href="https://example.org/1"/>
          <link rel="enclosure" type="image/png" href="/1.png"/>
          <link rel="enclosure" type="video/mp4" href="/1.mp4"/>
          <source><link href="https://no/"/></source>
          <content type="xhtml"><div><a href="https://no/">no</a></div></content></entry>
        <entry><link rel="alternate" type="text/html" href="https://example.org/2"/></entry>
        </feed>""")
    assert found.pages == ["https://example.org/1", "https://example.org/2"]
    assert found.images == [Pictured("https://example.org/1", "/1.png", "", "")]


def test_files_packed_by_gzip_may_have_several_members_and_something_after_them() -> None:
    whole = ORDINARY.encode()
    parts = [whole[at : at + 30] for at in range(0, len(whole), 30)]
    for packed in gzip.compress(whole), b"".join(map(gzip.compress, parts)):
        for after in b"", b"\0" * 512, b"padding":
            assert read(packed + after) == Sitemap([], PAGES, [], is_cut=False)
    assert read(gzip.compress("\n".join(PAGES).encode())).pages == PAGES


def test_of_a_packed_file_that_breaks_off_the_beginning_counts() -> None:
    packed = gzip.compress(urlset("".join(page(f"https://a/{n}") for n in range(10_000))).encode())
    found = read(packed[: len(packed) // 2])
    assert 1000 < len(found.pages) < 9000
    assert found.is_cut
    assert read(packed[:-4]).is_cut
    assert read_sitemap(packed[:5]) is None


GOOD = f"<url><loc>https://a/</loc>{picture('/1.jpg')}</url>"


@pytest.mark.parametrize(
    "rest",
    [
        page("https://b/?a&b"),
        page("https://b/?a&b=1"),
        page("https://b/&nbsp;"),
        "<url><loc>https://b/",
        "<url><loc>https://b/</lo",
        "<url><lo",
        "</url>",
        "<url></sitemap>",
        "<a b='1' b='2'/>",
        "<a b=1>",
        "\0",
        "\x0b",
        "<",
        "",
        "</urlset>and more",
        f"</urlset>{ORDINARY}",
        "<a>" * 1000,
    ],
)
def test_what_stands_before_a_mistake_counts(rest: str) -> None:
    found = read(f"{DECLARATION}<urlset>{GOOD}{rest}")
    image = Pictured("https://a/", "/1.jpg", "", "")
    assert found == Sitemap([], ["https://a/"], [image], is_cut=True)


def test_of_an_entry_that_breaks_off_its_whole_parts_count() -> None:
    shown = f"<url><loc>https://a/</loc>{picture('/1')}<image:image><image:loc>/2"
    found = read(urlset(shown).removesuffix("</urlset>"))
    assert found == Sitemap([], ["https://a/"], [Pictured("https://a/", "/1", "", "")], is_cut=True)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" \n",
        b"\xef\xbb\xbf",
        b"\x1f\x8b",
        b"\x1f\x8bnot packed at all",
        gzip.compress(b""),
        gzip.compress(b"\0" * MEBIBYTE),
        b"this is no sitemap",
        b"https://example.org/ is a page\nhttps://example.org/2",
        b"https://example.org/\nand others\nhttps://example.org/2",
        b"ftp://example.org/",
        b"h",
        b"<html><body><a href='/'>no</a></body></html>",
        b"<!doctype html><title>sitemap</title>",
        b"<?xml version='1.0'?><!DOCTYPE html><html><url><loc>https://a/</loc></url></html>",
        b"<?xml version='1.0'?>",
        b"<?xml version='1.0'?>broken",
        b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>",
        b"{}",
        b"x" * 5000 + ORDINARY.encode(),
        b"<" * MEBIBYTE,
        b"\x89PNG\r\n\x1a\n",
    ],
)
def test_what_is_no_sitemap_is_none(body: bytes) -> None:
    assert read_sitemap(body) is None


def test_what_defines_its_own_entities_is_no_sitemap() -> None:
    laughs = "".join(f'<!ENTITY a{n + 1} "{f"&a{n};" * 10}">' for n in range(12))
    for entity in f'<!ENTITY a0 "ha">{laughs}', '<!ENTITY a12 SYSTEM "file:///etc/hostname">':
        body = (
            f"{DECLARATION}<!DOCTYPE urlset [{entity}]><urlset>{page('https://a/&a12;')}</urlset>"
        )
        assert read_sitemap(body.encode()) is None


def test_addresses_have_at_most_2048_characters() -> None:
    fits, long = (f"https://a/{'花' * (length - 10)}" for length in (2048, 2049))
    assert read(urlset(page(fits) + page("https://b/"))) == Sitemap(
        [], [fits, "https://b/"], [], is_cut=False
    )
    assert read(urlset(page(long) + page("https://b/"))) == Sitemap(
        [], ["https://b/"], [], is_cut=True
    )
    assert read(f"https://b/\n{fits}\n{long}\n") == Sitemap(
        [], ["https://b/", fits], [], is_cut=True
    )
    shown = page("https://b/", picture(long) + picture(fits))
    assert [each.url for each in read(urlset(shown)).images] == [fits]


def test_a_licence_that_is_too_long_is_none() -> None:
    licences = (f"<image:license>{'x' * length}</image:license>" for length in (2048, 2049))
    shown = "".join(picture("/1", licence) for licence in licences)
    found = read(urlset(page("https://a/", shown)))
    assert [len(each.licence) for each in found.images] == [2048, 0]


def test_lines_that_are_no_address_are_left_out_where_they_come_late() -> None:
    lines = [f"https://example.org/{n}" for n in range(1000)]
    assert read("\n".join([*lines, "no", "# https://no/"])).pages == lines


def test_a_file_of_50_mebibytes_is_read_to_its_end() -> None:
    whole = ORDINARY.encode().ljust(50 * MEBIBYTE)
    assert not read(whole).is_cut
    assert read(whole + b" ").is_cut


def test_a_million_elements_are_read() -> None:
    body = OPEN + b"<a/>" * 1_000_000 + LATE
    assert read(body).pages == ["https://a/"]


@pytest.mark.parametrize(("count", "kept"), [(50_000, 50_000), (50_001, 50_000)])
def test_a_file_has_at_most_50000_addresses(count: int, kept: int) -> None:
    lines = [f"https://a/{n}" for n in range(count)]
    for text in "\n".join(lines), urlset("".join(map(page, [*lines, lines[0]]))):
        found = read(text)
        assert (found.pages, found.is_cut) == (lines[:kept], count > kept)
    index = "".join(f"<sitemap><loc>{line}</loc></sitemap>" for line in lines)
    assert len(read(f"<sitemapindex>{index}</sitemapindex>").maps) == kept


def test_a_page_has_at_most_1000_images_and_a_file_100000() -> None:
    thousand = "".join(picture(f"/{n}") for n in range(1000))
    found = read(urlset(page("https://a/", thousand) + page("https://b/")))
    assert (len(found.images), found.is_cut) == (1000, False)
    found = read(
        urlset(page("https://a/", thousand + picture("/no")) + page("https://b/", thousand))
    )
    assert (len(found.images), found.is_cut) == (2000, True)
    assert Pictured("https://a/", "/no", "", "") not in found.images
    found = read(urlset("".join(page(f"https://a/{n}", thousand) for n in range(101))))
    assert (len(found.images), len(found.pages), found.is_cut) == (100_000, 101, True)


@pytest.mark.parametrize(
    "begun",
    [
        *(b"<url><loc>https://b/", b"<url><loc><![CDATA[https://b/", b"<!--", b"<url a='", b"<"),
        *(b"<url><image:image><image:caption>", b"<?", b"</", b"&", b""),
    ],
)
def test_60_megabytes_of_one_element_take_no_memory(begun: bytes) -> None:
    body = OPEN + begun + b"x" * 60_000_000
    with little_memory(8):
        assert read(body) == Sitemap([], ["https://a/"], [], is_cut=True)


@pytest.mark.parametrize("piece", [b" ", b"<a>", b"<a/>", b"<url>", b"<!---->", b"<![CDATA[]]>"])
def test_60_megabytes_of_nothing_take_no_memory(piece: bytes) -> None:
    body = OPEN + piece * (60_000_000 // len(piece))
    with little_memory(8):
        assert read(body) == Sitemap([], ["https://a/"], [], is_cut=True)


@pytest.mark.parametrize("begun", [OPEN, b"https://a/\n"])
def test_a_bomb_is_read_up_to_50_megabytes(begun: bytes) -> None:
    late = LATE if begun == OPEN else b"\nhttps://late/"
    bomb = gzip.compress(begun + b" " * 100_000_000 + late)
    assert len(bomb) < MEBIBYTE
    with little_memory(8):
        assert read(bomb) == Sitemap([], ["https://a/"], [], is_cut=True)


def test_of_a_packed_file_100000_members_are_read() -> None:
    body = gzip.compress(OPEN) + gzip.compress(b"") * 100_000 + gzip.compress(LATE)
    assert read(body) == Sitemap([], ["https://a/"], [], is_cut=True)
    assert read(gzip.compress(OPEN) + gzip.compress(b"") * 99_000 + gzip.compress(LATE)).pages == [
        "https://a/",
        "https://late/",
    ]


def test_marks_without_end_in_captions_cost_little() -> None:
    marks = "a" + "\u0315\u0316" * 499
    shown = picture("/1", f"<image:caption>{marks}</image:caption>") * 1000
    found = read(urlset("".join(page(f"https://a/{n}", shown) for n in range(10))))
    assert len(found.images) == 10_000
    assert all(len(each.caption) == 31 for each in found.images)


@pytest.mark.parametrize(
    "content_type",
    [
        "application/xml",
        "text/xml; charset=utf-8",
        "application/x-gzip",
        "text/html",
        "text/plain",
        "",
    ],
)
def test_the_beginning_of_a_sitemap_may_be_one(content_type: str) -> None:
    text = urlset("".join(page(f"https://example.org/{n}") for n in range(10_000)))
    for whole in text.encode(), gzip.compress(text.encode()):
        assert may_be_sitemap(content_type, whole[:2048])
    lines = "\n".join(f"https://example.org/{n}" for n in range(1000)).encode()
    assert all(may_be_sitemap(content_type, lines[:at]) for at in range(2000, 2030))


@pytest.mark.parametrize(
    ("content_type", "head"),
    [
        ("text/html", b"<!doctype html><html><head><title>sitemap</title>"),
        (
            "application/xhtml+xml",
            b"<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'>",
        ),
        ("text/plain", b"Sitemap: https://example.org/sitemap.xml"),
        ("application/json", b'{"@context": "https://example.org/"}'),
        ("image/svg+xml", b"<svg xmlns='http://www.w3.org/2000/svg'>"),
        ("image/jpeg", OPEN),
        ("application/xml", b""),
    ],
)
def test_what_begins_otherwise_is_no_sitemap(content_type: str, head: bytes) -> None:
    assert not may_be_sitemap(content_type, head)


@given(
    st.lists(
        st.sampled_from(
            [
                *("<urlset>", "</urlset>", "<url>", "</url>", "<loc>", "</loc>", "<image:image>"),
                *("</image:image>", "<image:loc>", "</image:loc>", "<item>", "<link>", "<entry>"),
                *("<link href='a'/>", "<content url='a' medium='image'>", "</content>", "&amp;"),
                *("https://a/", "\n", "&", "<", ">", "\0", "<![CDATA[", "]]>", "花", "<!--", "-->"),
            ]
        )
    ),
    st.booleans(),
)
def test_no_text_raises_and_no_address_is_empty(words: list[str], is_begun: bool) -> None:  # noqa: FBT001  # chosen
    found = read_sitemap(("<urlset>" * is_begun + "".join(words)).encode())
    if found:
        assert all([*found.maps, *found.pages])
        assert all(each.page in found.pages and each.url for each in found.images)


@given(st.binary())
def test_no_bytes_raise(body: bytes) -> None:
    for whole in body, b"\x1f\x8b" + body, gzip.compress(body)[:-1], OPEN + body:
        read_sitemap(whole)


def test_a_sitemap_is_read_the_same_wherever_it_is_cut_into_pieces() -> None:
    expected = read(ORDINARY)
    for blanks in range(65_536 - 700, 65_536, 7):
        assert read(ORDINARY.replace("<url>", " " * blanks + "<url>", 1)) == expected
