"""Signals against learning, as sites write them: in headers and in robots.txt."""

from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from crawler.cli import verify_main
from crawler.permission.optout import REFUSALS, RSL, WITH_VALUE, in_headers, in_tag
from crawler.permission.robots import parse_robots
from crawler.reading.html import parse_page
from tests.crawler.crawling import crawl, image, link, page, picture, rows, statuses, table
from tests.server import Answer, Body, serve

NAMES = ("flowers-study", "deeprunning")


@pytest.mark.parametrize(
    ("header", "directive"),
    [
        ("noai", "noai"),
        ("NoAI", "noai"),
        ("noindex, noai", "noai"),
        ("none", "none"),
        ("unavailable_after: 25 Jun 2027 15:00:00 GMT, noai", "noai"),
        ("unavailable_after: Fri, 25 Jun 2027 15:00:00 GMT, noai", "noai"),
        ("max-image-preview:large, noai", "noai"),
        ("flowers-study: noimageai", "noimageai"),
        ("googlebot: nofollow, deeprunning: noindex, noai", "noai"),
        ("noai, googlebot: noindex", "noai"),
        ("*: noai", "noai"),
        ("noai;", "noai"),
        ("noml", "noml"),
        ("", ""),
        ("noindex, nofollow", ""),
        ("max-image-preview: none", ""),  # no preview, which is another matter
        ("all", ""),
        ("googlebot: noindex, noai", ""),  # said to another
        ("noindex, googlebot: noai, otherbot: none", ""),
        ("deeprunning: noindex, googlebot: noai", ""),
    ],
)
def test_a_tag_keeps_us_out_or_not(header: str, directive: str) -> None:
    assert in_tag(header, NAMES) == directive


WORDS = st.sampled_from([*REFUSALS, *WITH_VALUE, "all", "noindex", "googlebot", "25 Jun", "0"])
HEADERS = st.text() | st.lists(WORDS | st.sampled_from(",;: ")).map("".join)


@given(HEADERS, st.sampled_from(sorted(REFUSALS)), st.booleans())
def test_whatever_other_lines_say_a_refusal_in_one_counts(
    header: str,
    directive: str,
    in_front: bool,  # noqa: FBT001
) -> None:
    lines = [directive.upper(), header] if in_front else [header, directive]
    assert in_headers({"x-robots-tag": "\n".join(lines)}, NAMES) != ""
    assert in_tag(header, NAMES) in {"", *REFUSALS}


def test_a_signal_is_short_since_it_stands_in_the_row_of_every_image() -> None:
    far = f"https://l.example/{'a' * 100_000}"
    page = parse_page(f'<link rel="license" type="{RSL}" href="{far}">'.encode(), far[:18])
    robots = parse_robots(f"License: {far[:10_000]}".encode(), "flowers-study")
    header = in_headers({"link": f'<{far}>; rel="license"; type="{RSL}"'}, NAMES)
    assert all(0 < len(each) < 1100 for each in (page.optout, robots.optout(far), header))


@pytest.mark.parametrize(
    ("headers", "signal"),
    [
        ({"content-usage": "train-ai=n"}, "Content-Usage: train-ai=n"),
        ({"content-usage": "search=y, train-ai=?0"}, "Content-Usage: train-ai=?0"),
        ({"content-signal": "search=yes,ai-train=no"}, "Content-Signal: ai-train=no"),
        ({"tdm-reservation": "1"}, "TDM-Reservation: 1"),
        ({"x-robots-tag": "googlebot: none\nnoai", "tdm-reservation": "1"}, "X-Robots-Tag: noai"),
        (
            {"link": '</>; rel="up", <https://l.example/rsl>; rel="license"; type="' + RSL + '"'},
            "Link rel=license: https://l.example/rsl",
        ),
        ({"link": "<https://l.example/by/4.0/>; rel=license"}, ""),
        ({"link": "<<>>;;=, <"}, ""),
        ({"content-usage": "train-ai=y"}, ""),
        ({"content-signal": "ai-input=no, search=no"}, ""),
        ({"tdm-reservation": "0"}, ""),
    ],
)
def test_other_headers_keep_us_out_or_not(headers: dict[str, str], signal: str) -> None:
    assert in_headers(headers, NAMES) == signal


ALL = "User-agent: *\n"


@pytest.mark.parametrize(
    ("text", "path", "signal"),
    [
        (ALL + "Content-Signal: search=yes,ai-train=no", "/a", "Content-Signal: ai-train=no"),
        (ALL + "Content-Usage: train-ai=n\nAllow: /", "/a", "Content-Usage: train-ai=n"),
        (ALL + "Content-Usage: /photos/ train-ai=n", "/photos/a", "Content-Usage: train-ai=n"),
        (ALL + "Content-Usage: /photos/ train-ai=n", "/a", ""),
        (ALL + "Content-Usage: train-ai=n\nContent-Usage: /free/ train-ai=y", "/free/a", ""),
        (ALL + "Content-Usage: train-ai=n\nContent-Usage: /free/ search=y", "/free/a", "Content-"),
        (ALL + "Content-Usage: /photos/", "/photos/a", ""),
        (ALL + "Content-Signal: ai-train=yes, search=no", "/a", ""),
        ("Content-Signal: ai-train=no", "/a", "Content-Signal: ai-train=no"),
        ("User-agent: otherbot\nContent-Signal: ai-train=no", "/a", ""),
        ("User-agent: otherbot\nDisallow: /\n" + ALL + "Content-Signal: ai-train=no", "/a", "Con"),
        ("License: https://l.example/rsl", "/a", "License: https://l.example/rsl"),
        ("User-agent: otherbot\nLicense: https://l.example/rsl", "/a", "License: https://l"),
        (ALL + "License: CC BY 4.0\nAllow: /", "/a", ""),
        ("User-agent: flowers-study\nContent-Signal: ai-train=no\n" + ALL + "Allow: /", "/a", "Co"),
    ],
)
def test_robots_txt_keeps_images_out_or_not(text: str, path: str, signal: str) -> None:
    rules = parse_robots(text.encode(), "flowers-study")
    found = rules.optout(f"https://example.org{path}")
    assert found.startswith(f"robots.txt: {signal}") if signal else not found
    assert rules.allows(f"https://example.org{path}")  # as a page it may be read


def with_xmp(mining: str) -> bytes:
    """A picture whose metadata say so of data mining."""
    xmp = (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF '
        'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description '
        f'xmlns:plus="http://ns.useplus.org/ldf/xmp/1.0/" plus:DataMining="{mining}"/>'
        "</rdf:RDF></x:xmpmeta>"
    )
    file = BytesIO()
    Image.new("RGB", (16, 16), "teal").save(file, "JPEG", xmp=xmp.encode())
    return file.getvalue()


SIGNALLED = ("own/a", "tag", "usage", "tdm", "other", "rsl", "mined", "free", "reserved/a")
VOCABULARY = "http://ns.useplus.org/ldf/vocab/"


def test_each_kind_of_signal_has_its_row(tmp_path: Path) -> None:
    red = picture("red")
    site: dict[str, Body] = {
        "/robots.txt": f"{ALL}Content-Usage: /own/ train-ai=n",
        "/": page(*(image(f"/{name}.png") for name in SIGNALLED), link("/licensed")),
        "/licensed": page(f"<link rel=license type='{RSL}' href=/rsl.xml>", image("/page.png")),
        "/rsl.png": Answer(red, headers={"Link": f'</rsl.xml>; rel="license"; type="{RSL}"'}),
        "/mined.png": with_xmp(f"{VOCABULARY}DMI-PROHIBITED-AIMLTRAINING"),
        "/free.png": with_xmp(f"{VOCABULARY}DMI-ALLOWED"),
        "/.well-known/tdmrep.json": '[{"location": "/reserved/", "tdm-reservation": 1}]',
        "/tag.png": Answer(red, headers={"X-Robots-Tag": "noindex, noimageai"}),
        "/usage.png": Answer(red, headers={"Content-Usage": "train-ai=n"}),
        "/tdm.png": Answer(red, headers={"TDM-Reservation": "1"}),
        "/other.png": Answer(red, headers={"X-Robots-Tag": "otherbot: noai"}),
    }
    with serve(site) as server:
        crawl(server, tmp_path)
        assert not {"/own/a.png", "/reserved/a.png", "/page.png"} & set(server.paths())
    kept_out = {
        "/reserved/a.png": "tdmrep.json: tdm-reservation: 1",
        "/rsl.png": "Link rel=license: /rsl.xml",
        "/page.png": "link rel=license: /rsl.xml",
        "/mined.png": "XMP: DMI-PROHIBITED-AIMLTRAINING",
        "/own/a.png": "robots.txt: Content-Usage: train-ai=n",
        "/tag.png": "X-Robots-Tag: noimageai",
        "/usage.png": "Content-Usage: train-ai=n",
        "/tdm.png": "TDM-Reservation: 1",
    }
    assert statuses(tmp_path) == dict.fromkeys(kept_out, "denied optout") | {
        "/other.png": "ok",
        "/free.png": "ok",
    }
    assert len(list((tmp_path / "images").rglob("*.*"))) == 2
    assert {
        path: row["optout"] for path, row in rows(tmp_path).items() if row["optout"]
    } == kept_out
    assert verify_main([str(tmp_path)]) == 0


def meta(content: str, name: str = "robots") -> str:
    return f'<meta name="{name}" content="{content}">'


# As sites write them; all but the one that speaks to another crawler keep us out.
WRITTEN = (
    *("noai", "NoAI", "noindex, noai", "none", "noai;", "noml"),
    "unavailable_after: 25 Jun 2027 15:00:00 GMT, noai",
    "max-image-preview:large, noai",
    "otherbot: nofollow\nnoimageai",
    "googlebot: noindex, noai",
)


@pytest.mark.parametrize("written", WRITTEN)
def test_what_sites_write_is_read_alike_wherever_it_may_stand(written: str) -> None:
    is_kept = not written.startswith("googlebot")
    lines = written.splitlines()
    page_url, body = "https://example.org/", image("a.png").encode()
    metas = "".join(meta(line) for line in lines).encode()
    assert bool(in_headers({"x-robots-tag": written}, NAMES)) is is_kept
    assert bool(parse_page(body, page_url, tags=written, names=NAMES).optout) is is_kept
    assert bool(parse_page(metas + body, page_url, names=NAMES).optout) is is_kept


@pytest.mark.parametrize(
    ("head", "tags", "signal"),
    [
        (meta("noindex, NoImageAI"), "", "meta robots: noimageai"),
        (meta("noai", "DeepRunning"), "", "meta deeprunning: noai"),
        (meta("none"), "", "meta robots: none"),
        ("", "noindex\nnoai", "X-Robots-Tag: noai"),
        (f"<link rel=license type='{RSL}' href=/l>", "", "link rel=license: /l"),
        ("<link rel=license href=https://l.example/by/4.0/>", "", ""),
        (meta("noindex, nofollow, noarchive"), "", ""),
        (meta("noai", "googlebot"), "googlebot: noai", ""),
        (meta("noai", "description"), "", ""),
        ("<!-- " + meta("noai") + " -->", "", ""),
    ],
)
def test_a_page_keeps_its_images_or_not(head: str, tags: str, signal: str) -> None:
    body = (head + image("a.png")).encode()
    page = parse_page(body, "https://example.org/", tags=tags, names=NAMES)
    assert page.optout == signal
    assert len(page.references) == 1  # they are told of all the same


@pytest.mark.parametrize(
    ("head", "tags", "count"),
    [
        (meta("nofollow"), "", 0),
        (meta("none"), "", 0),
        ("", "noindex, nofollow", 0),
        ("", "deeprunning: nofollow", 0),
        (meta("noindex, noai"), "googlebot: nofollow", 1),
    ],
)
def test_links_that_are_not_to_be_followed_are_none(head: str, tags: str, count: int) -> None:
    body = (head + link("/b")).encode()
    page = parse_page(body, "https://example.org/", tags=tags, names=NAMES)
    assert len(page.links) == count


@pytest.mark.parametrize("closed_first", [True, False])
def test_an_image_that_any_page_keeps_back_is_denied_whoever_else_shows_it(
    tmp_path: Path,
    closed_first: bool,  # noqa: FBT001
) -> None:
    closed = page(meta("noimageai"), image("/both.png"), image("/kept.png"))
    free = page(image("/both.png"), image("/free.png"), link("/two"))
    site: dict[str, Body] = {
        "/": page(link("/one"), link("/two"), image("/both.png") * (not closed_first)),
        "/one": closed if closed_first else free,
        "/two": free if closed_first else closed,
        "/both.png": picture("red"),
        "/kept.png": picture("green"),
        "/free.png": picture("blue"),
    }
    with serve(site) as server:
        crawl(server, tmp_path)
        assert "/kept.png" not in server.paths()
    assert statuses(tmp_path) == {
        "/both.png": "denied optout",
        "/kept.png": "denied optout",
        "/free.png": "ok",
    }
    both = rows(tmp_path)["/both.png"]
    assert both["optout"] == "meta robots: noimageai"
    assert (both["http_status"], both["path"], both["final_url"]) == ("0", "", both["url"])
    assert len(list((tmp_path / "images").rglob("*.png"))) == 1


def test_a_page_that_begins_to_keep_its_images_back_has_them_removed(tmp_path: Path) -> None:
    site: dict[str, Body] = {"/": page(image("/a.png")), "/a.png": picture("red")}
    with serve(site) as server:
        crawl(server, tmp_path)
        site["/"] = page(meta("noai"), image("/a.png"))
        crawl(server, tmp_path, refresh=True)
        assert server.paths().count("/a.png") == 1
    assert statuses(tmp_path) == {"/a.png": "denied optout"}
    assert [row["change"] for row in table(tmp_path / "changes.csv")] == ["gone"]
    assert list((tmp_path / "images").rglob("*.png")) == []
