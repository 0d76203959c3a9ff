"""report.html: one self-contained page about a snapshot, for reading and for keeping.

Each section is a function from the facts to markup. How many pictures and rows a section may show
is bounded, so the page stays below LARGEST whatever the dataset; equal snapshots give equal pages.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from crawler.files import replacing
from dataset.reporting import (
    about,
    classes,
    collect,
    copies,
    inputs,
    pixels,
    quarantine,
    samples,
    sources,
)
from dataset.reporting.augmented import as_trained
from dataset.reporting.facts import Facts
from dataset.reporting.html import Html, page, tag
from dataset.reporting.parts import count, tile
from dataset.store import Images
from dataset.tables import QuarantineRow, SampleRow
from dataset.writing.scratch import Scratch

REPORT = "report.html"
STYLE = Path(__file__).with_name("report.css")
LARGEST = 8_000_000  # bytes

SECTIONS: tuple[tuple[str, Callable[[Facts], Iterator[Html]]], ...] = (
    ("In and out", inputs.section),
    ("Classes and splits", classes.section),
    ("What to collect next", collect.section),
    ("Samples", samples.section),
    ("As training sees them", samples.augmented),
    ("Copies", copies.section),
    ("Several labels", copies.conflicts),
    ("Known leaks", copies.leaks),
    ("Quarantine", quarantine.section),
    ("Sizes", pixels.section),
    ("Hosts", sources.section),
    ("Licences", sources.licences),
    ("Pixels", pixels.statistics),
    ("What it is", about.section),
)


def write_report(
    folder: Path,
    document: Mapping[str, Any],
    rows: Sequence[SampleRow],
    quarantine_rows: Sequence[QuarantineRow],
    scratch: Scratch,
) -> None:
    """Write the page. Every number in it can be counted again in the tables beside it."""

    def image(sha256: str) -> Images | None:
        return scratch.get([sha256])[0] if sha256 in scratch else None

    facts = Facts(document, rows, quarantine_rows, image, as_trained(document, rows, scratch))
    with replacing(folder / REPORT) as part:
        part.write_text(written(facts), encoding="utf-8", newline="\n")


def written(facts: Facts) -> str:
    """The whole page; a section that has nothing to say is left out."""
    said = [(title, list(filter(None, section(facts)))) for title, section in SECTIONS]
    parts = [(title, content) for title, content in said if content]
    links = (tag("li", tag("a", title, href=f"#{_name(title)}")) for title, _ in parts)
    contents = tag("nav", tag("ol", *links), aria_label="Contents")
    sections = (
        tag("section", tag("h2", title), *content, id=_name(title), aria_label=title)
        for title, content in parts
    )
    return page(
        f"Dataset {facts.document['id']:.12}",
        STYLE.read_text(encoding="utf-8"),
        tag("header", *_overview(facts), contents),
        tag("main", *sections),
    )


def _name(title: str) -> str:
    return title.lower().replace(" ", "-")


def _overview(facts: Facts) -> Iterator[Html]:
    """The figures that matter most."""
    samples_, aside = len(facts.rows), len(facts.quarantine)
    figures = {
        "inputs": samples_ + aside,
        "samples": samples_,
        "in quarantine": aside,
        "classes": len(facts.classes),
    }
    yield tag("h1", "Dataset")
    yield tag("p", *_size(facts), cls="lead")
    tiles = (tile(count(value, "tile", name), name) for name, value in figures.items())
    yield tag("div", *tiles, cls="tiles")


def _size(facts: Facts) -> Iterator[object]:
    """The pixels of a sample."""
    size, stored = (count(facts.recipe[name], "setting", name) for name in ("size", "stored"))
    yield from ("Pictures as a network sees them: ", size, " × ", size)
    yield from (" pixels, stored at ", stored, " × ", stored, " so that crops have room.")
