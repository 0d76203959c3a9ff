from pathlib import Path

import pytest

from crawler.config import Source
from crawler.label import alike, label_of
from tests.crawler.crawling import crawl, image, page
from tests.server import Body, serve

SEEDS = ("https://example.org/",)


def label(pattern: str, page: str = "", image: str = "", alt: str = "") -> str:
    source = Source(label_pattern=pattern, seeds=SEEDS)
    return label_of(source, page_url=page, image_url=image, alt=alt)


def test_a_label_given_is_the_label_of_everything() -> None:
    source = Source(label=" は\u3099ra  薔薇 ", seeds=SEEDS)
    assert label_of(source, page_url="https://e.org/x", image_url="", alt="y") == "ばra 薔薇"


def test_a_source_without_label_or_pattern_gives_none() -> None:
    assert label_of(Source(seeds=SEEDS), page_url="a", image_url="b", alt="c") == ""


def test_the_page_is_asked_before_the_image_and_the_image_before_the_text() -> None:
    pattern = r"gallery[/ ](?P<label>\w+)"
    page, image, alt = (
        "https://e.org/gallery/rose/1",
        "https://e.org/gallery/tulip/1",
        "gallery oak",
    )
    assert label(pattern, page, image, alt) == "rose"
    assert label(pattern, "https://e.org/1", image, alt) == "tulip"
    assert label(pattern, "https://e.org/1", "https://e.org/2", alt) == "oak"
    assert label(pattern, "https://e.org/1", "https://e.org/2", "none") == ""


@pytest.mark.parametrize("pattern", [r"/(?P<label>花[^/]*)/", r"/(?P<label>\w+)/\d"])
def test_addresses_are_read_in_the_language_they_are_written_in(pattern: str) -> None:
    assert label(pattern, "https://e.org/%E8%8A%B1%E3%81%B0%E3%81%AA/1") == "花ばな"


def test_labels_and_patterns_are_compared_in_nfc() -> None:
    composed, parted = "caf\u00e9", "cafe\u0301"
    assert label(f"(?P<label>{parted})", f"https://e.org/{composed}") == composed
    assert label(r"/(?P<label>caf\w+)", "https://e.org/cafe%CC%81") == composed


def test_a_pattern_that_finds_an_empty_label_asks_further() -> None:
    assert label(r"(x|y(?P<label>\w*))", "https://e.org/x", "https://e.org/y", "yellow") == "ellow"


def test_what_parts_labels_in_the_manifest_is_not_in_one() -> None:
    assert label(r"/(?P<label>[^/]+)$", "https://e.org/a%7Cb%0Ac") == "a b c"


def test_labels_that_differ_in_width_or_case_alone_are_alike() -> None:
    labels = ["Rose", "ﾊﾞﾗ", "rose", "バラ", "薔薇", "ばら", "STRASSE", "straße", "①", "1", "rose"]
    assert alike(labels) == [["1", "①"], ["Rose", "rose"], ["STRASSE", "straße"], ["バラ", "ﾊﾞﾗ"]]


def test_a_crawl_warns_of_labels_that_are_alike(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    site: dict[str, Body] = {"/a": page(image("/1.png")), "/b": page(image("/2.png"))}
    with serve(site) as server:
        sources = [
            Source(label=label, seeds=(server.url(path),))
            for label, path in (("Rose", "/a"), ("rose", "/b"))
        ]
        crawl(server, tmp_path, *sources)
    assert "though much alike: Rose | rose" in caplog.text
