"""Sections of the report: some samples of each class, as stored and as training sees them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import islice

from dataset.reporting.facts import Facts
from dataset.reporting.html import Html, join, tag
from dataset.reporting.parts import count, listed, said
from dataset.reporting.thumbs import thumb
from dataset.store import Images
from dataset.tables import SPLITS, SampleRow

A_CLASS = 12  # pictures at most,
LEAST = 3  # and at least, of as many classes as that leaves room for
STORED = 480  # pictures of a section in all
AUGMENTED = 192


def section(facts: Facts) -> Iterator[Html]:
    """Those samples of each class whose ids are smallest, with its counts."""
    rows: dict[str, list[SampleRow]] = defaultdict(list)
    for row in facts.rows:
        rows[row.label].append(row)
    shown, each = _room(len(facts.classes), STORED)
    for label in facts.classes[:shown]:
        first = sorted(rows[label], key=lambda row: row.sha256)[:each]
        images = (facts.image(row.sha256) for row in first)
        yield _row(label, (image for image in images if image is not None), _counts(rows[label]))
    yield listed(shown, len(facts.classes), "classes", "sheet")


def augmented(facts: Facts) -> Iterator[Html]:
    """One train sample of each class, and what random operations make of it."""
    yield tag("p", "First as it is stored, then as training sees it, epoch by epoch.")
    shown, each = _room(len(facts.classes), AUGMENTED)
    for label in facts.classes[:shown]:
        yield _row(label, islice(facts.augmented(label), each), Html(""))
    yield listed(shown, len(facts.classes), "classes", "augmented")


def _room(classes: int, pictures: int) -> tuple[int, int]:
    """How many classes are shown, and how many pictures of each."""
    shown = min(classes, pictures // LEAST)
    return shown, min(A_CLASS, pictures // shown)


def _row(label: str, images: Iterable[Images], counts: Html) -> Html:
    pictures = [thumb(image, label) for image in images]
    caption = tag("figcaption", tag("b", said(label)), counts)
    return tag("figure", caption, tag("div", *pictures, cls="thumbs"), cls="class")


def _counts(rows: list[SampleRow]) -> Html:
    label = rows[0].label
    counts = {split: sum(row.split == split for row in rows) for split in SPLITS}
    each = [tag("span", count(n, "sheet", label, s), f" {s}") for s, n in counts.items()]
    return tag("small", join(*each), cls="counts")
