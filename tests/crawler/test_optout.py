"""Signals against learning, as sites write them: in headers and in robots.txt."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.cli import verify_main
from crawler.optout import REFUSALS, WITH_VALUE, in_headers, in_tag
from crawler.robots import parse_robots
from tests.crawler.crawling import crawl, image, page, picture, rows, statuses
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


@pytest.mark.parametrize(
    ("headers", "signal"),
    [
        ({"content-usage": "train-ai=n"}, "Content-Usage: train-ai=n"),
        ({"content-usage": "search=y, train-ai=?0"}, "Content-Usage: train-ai=?0"),
        ({"content-signal": "search=yes,ai-train=no"}, "Content-Signal: ai-train=no"),
        ({"tdm-reservation": "1"}, "TDM-Reservation: 1"),
        ({"x-robots-tag": "googlebot: none\nnoai", "tdm-reservation": "1"}, "X-Robots-Tag: noai"),
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
        ("User-agent: flowers-study\nContent-Signal: ai-train=no\n" + ALL + "Allow: /", "/a", "Co"),
    ],
)
def test_robots_txt_keeps_images_out_or_not(text: str, path: str, signal: str) -> None:
    rules = parse_robots(text.encode(), "flowers-study")
    found = rules.optout(f"https://example.org{path}")
    assert found.startswith(f"robots.txt: {signal}") if signal else not found
    assert rules.allows(f"https://example.org{path}")  # as a page it may be read


def test_each_kind_of_signal_has_its_row(tmp_path: Path) -> None:
    red = picture("red")
    site: dict[str, Body] = {
        "/robots.txt": f"{ALL}Content-Usage: /own/ train-ai=n",
        "/": page(*(image(f"/{name}.png") for name in ("own/a", "tag", "usage", "tdm", "other"))),
        "/tag.png": Answer(red, headers={"X-Robots-Tag": "noindex, noimageai"}),
        "/usage.png": Answer(red, headers={"Content-Usage": "train-ai=n"}),
        "/tdm.png": Answer(red, headers={"TDM-Reservation": "1"}),
        "/other.png": Answer(red, headers={"X-Robots-Tag": "otherbot: noai"}),
    }
    with serve(site) as server:
        crawl(server, tmp_path)
        assert "/own/a.png" not in server.paths()
    kept_out = {
        "/own/a.png": "robots.txt: Content-Usage: train-ai=n",
        "/tag.png": "X-Robots-Tag: noimageai",
        "/usage.png": "Content-Usage: train-ai=n",
        "/tdm.png": "TDM-Reservation: 1",
    }
    assert statuses(tmp_path) == dict.fromkeys(kept_out, "denied optout") | {"/other.png": "ok"}
    assert {
        path: row["optout"] for path, row in rows(tmp_path).items() if row["optout"]
    } == kept_out
    assert verify_main([str(tmp_path)]) == 0
