"""The corpora with which browsers and search engines test themselves, put to our readers."""

import json
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from crawler.permission.robots import Rules, parse_robots
from crawler.reading.encoding import codec_of, decode_page
from crawler.reading.html import parse_page
from crawler.reading.markup import ORDINARY, plain
from crawler.reading.srcset import parse_srcset
from crawler.url import canonical

pytestmark = pytest.mark.real

DATA = b"#data\n"  # begins a case of the encodings


def cases(path: Path) -> list[dict[str, Any]]:
    """The objects of a JSON list; what is a string in it is a comment."""
    return [case for case in json.loads(path.read_text(encoding="utf-8")) if isinstance(case, dict)]


def with_its_control_character(case: dict[str, Any]) -> str:
    """The srcset of a case; six of the file have lost the U+0001 that their description names."""
    text: str = case["srcset"]
    if case["desc"].endswith("U+0001"):
        at = len(text) - (1 if case["desc"].startswith("trailing") else 2)
        return text[:at] + "\x01" + text[at:]
    return text


def test_all_230_srcset_cases_of_the_web_platform_tests(fuzz: Path) -> None:
    srcsets = cases(fuzz / "srcset_cases.json")
    wrong = [
        case
        for case in srcsets
        if [c.url for c in parse_srcset(with_its_control_character(case))][:1]
        != [case["expect"]] * bool(case["expect"])
    ]
    assert len(srcsets) == 230
    assert wrong == []


def test_the_url_corpus_of_the_web_platform_tests(fuzz: Path) -> None:
    """All that are http or https are right, and all that must fail but seven do."""
    corpus = cases(fuzz / "url-testdata" / "url" / "tests" / "urltestdata.json")
    read = [case for case in corpus if case.get("protocol") in {"http:", "https:"}]
    for case in read:
        secret = case["username"] or case["password"]
        expected = None if secret else case["href"].partition("#")[0]
        assert canonical(case["input"], case["base"] or "") == expected, case
    failing = [case for case in corpus if case.get("failure")]
    taken = [canonical(case["input"], case["base"] or "") for case in failing]
    let_through = [url for url in taken if url is not None]
    assert (len(read), len(failing), len(let_through)) == (229, 273, 7)
    assert all("xn--" in url for url in let_through)  # odd Punycode


# Google takes the two spellings of a path apart; RFC 9309 (2.2.2) reads them as one.
ENCODED_ALIKE = {"/foo/bar/ツ", "/foo/bar/baz"}


def test_the_robots_decisions_of_google(fuzz: Path) -> None:
    decisions = cases(fuzz / "robots_google.json")
    wrong = [
        case
        for case in decisions
        if Rules(case["robots"].encode(), case["agent"]).allows(case["url"]) != case["allowed"]
    ]
    assert len(decisions) == 145
    assert len(wrong) == 3
    assert all(case["name"] == "ID_Encoding" for case in wrong)
    assert {case["url"].removeprefix("http://foo.bar") for case in wrong} == ENCODED_ALIKE


def test_thousands_of_real_robots_files_are_read(fuzz: Path) -> None:
    files = list((fuzz / "protego" / "tests" / "test_data").iterdir())
    assert len(files) == 4231
    assert max(file.stat().st_size for file in files) == 1_372_557
    delays = forbidden = 0
    for file in files:
        rules = parse_robots(file.read_bytes(), "flowers-study")
        delays += rules.crawl_delay is not None
        forbidden += not rules.allows("https://example.org/")
    assert delays > 300
    assert forbidden > 50


def test_a_site_that_names_d115crawler_still_forbids_itself_to_us(fuzz: Path) -> None:
    text = (fuzz / "protego" / "tests" / "test_data" / "www.dwd.de").read_bytes()
    assert b"D115Crawler" in text
    assert not parse_robots(text, "flowers-study").allows("https://www.dwd.de/")


class StartTags(HTMLParser):
    """The start tags of plain markup, which any parser reads alike."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def test_the_tags_of_the_html5lib_tokenizer_tests(fuzz: Path) -> None:
    read = 0
    for file in sorted((fuzz / "html5lib-tests" / "tokenizer").glob("*.test")):
        for case in json.loads(file.read_text(encoding="utf-8")).get("tests", []):
            if "initialStates" in case or case.get("doubleEscaped"):
                continue
            parser = StartTags()
            parser.feed(plain(case["input"]))
            parser.close()
            assert parser.found == ordinary(case["output"]), case
            read += 1
    assert read > 6000


def ordinary(tokens: list[list[Any]]) -> list[tuple[str, dict[str, str]]]:
    """The expected start tags, less those and their attributes whose names no page means."""
    return [
        (token[1], {name: value for name, value in token[2].items() if ORDINARY.fullmatch(name)})
        for token in tokens
        if token[0] == "StartTag" and ORDINARY.fullmatch(token[1])
    ]


def test_all_83_encodings_of_the_html5lib_tests(fuzz: Path) -> None:
    """They differ where a declaration stands in a script or a style, where we do not look, as
    Chrome does not; and where nothing but ASCII is there, which is UTF-8 here and windows-1252
    there. A French word more, and it is windows-1252 here too.
    """
    differ: dict[tuple[str, str], list[bytes]] = {}
    folder = fuzz / "html5lib-tests" / "encoding"
    blocks = [
        b for path in sorted(folder.rglob("*.dat")) for b in path.read_bytes().split(DATA)[1:]
    ]
    for page, label in (block.split(b"\n#encoding\n") for block in blocks):
        expected, found = codec_of(label.split()[0].decode()), decode_page(page)[1]
        if found != expected:
            differ.setdefault((expected, found), []).append(page)
    assert len(blocks) == 83
    silent, scripted = differ.pop(("cp1252", "utf-8")), differ.pop(("iso8859-2", "utf-8"))
    assert differ == {}
    assert [page.split(b"\n")[1].split(b">")[0] for page in scripted] == [
        *[b"<script"] * 2,
        b'<script type="text/plain"',
        b'<style type="text/plain"',
    ]
    assert len(silent) == 32
    assert all(decode_page(page + b" caf\xe9 ")[1] == "cp1252" for page in silent)


def test_the_big5_text_of_the_html5lib_tests_is_told_without_a_declaration(fuzz: Path) -> None:
    body = (fuzz / "html5lib-tests" / "encoding" / "chardet" / "test_big5.txt").read_bytes()
    text, codec = decode_page(body)
    assert (codec, text[:9]) == ("big5hkscs", "老子《道德經》 第")


@pytest.mark.parametrize("select", ["", "div > *"])
def test_pages_made_to_break_parsers_break_nothing(fuzz: Path, select: str) -> None:
    folders = fuzz / "go-fuzz-corpus" / "stdhtml", fuzz / "html5lib-tests" / "tree-construction"
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    assert len(files) > 200
    for file in files:
        page = parse_page(file.read_bytes(), "https://example.org/", select=select)
        for one, next_one in pairwise(page.links):
            assert one.position < next_one.position


def test_of_the_responsive_pages_of_mdn_the_large_pictures_are_chosen(fuzz: Path) -> None:
    chosen = {
        file.name: [
            reference.url.rsplit("/", 1)[1]
            for reference in parse_page(file.read_bytes(), "https://example.org/").references
            if reference.chosen
        ]
        for file in (fuzz / "mdn-responsive-images").glob("*.html")
    }
    assert chosen == {
        "not-responsive.html": ["elva-800w.jpg", "elva-fairy-800w.jpg"],
        "responsive.html": ["elva-800w.jpg", "elva-fairy-800w.jpg"],
        "srcset-resolutions.html": ["elva-fairy-640w.jpg"],
    }
