"""Predictions as pictures: the most confident mistakes, then some of each class that are right."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from crawler.image import ImageRejected
from dataset.image import load_image
from dataset.reporting.html import Html, link, tag
from dataset.reporting.html import picture as img
from flows import picture

SIDE = 176  # pixels of a thumbnail
MOST_MISTAKES = 24
RIGHT_A_CLASS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One prediction of the test split, with the file and the page it came from."""

    label: str
    predicted: str
    probability: float
    page_url: str
    path: Path  # of the image as it was crawled

    @property
    def right(self) -> bool:
        return self.label == self.predicted


def join_tables(
    predictions: Iterable[Mapping[str, str]], samples: Iterable[Mapping[str, str]], crawl: Path
) -> list[Shown]:
    """Each prediction beside its sample, the most confident first."""
    origin = {row["sha256"]: row for row in samples}
    shown = [
        Shown(
            label=row["label"],
            predicted=row["predicted"],
            probability=float(row["probability"]),
            page_url=origin[row["sample"]]["page_url"],
            path=crawl / origin[row["sample"]]["path"],
        )
        for row in predictions
        if row["sample"] in origin
    ]
    return sorted(shown, key=lambda one: (-one.probability, str(one.path)))


def chosen(shown: Iterable[Shown]) -> Iterator[Shown]:
    """What there is room for: mistakes, and a few right ones of every class."""
    seen: Counter[str] = Counter()
    for one in shown:
        kind = f"right {one.label}" if one.right else "mistake"
        seen[kind] += 1
        if seen[kind] <= (RIGHT_A_CLASS if one.right else MOST_MISTAKES):
            yield one


def gallery(shown: Iterable[Shown]) -> Html:
    """The pictures, each a link to its page."""
    return tag("div", *filter(None, map(_figure, shown)), cls="gallery")


def _figure(one: Shown) -> Html | None:
    """One prediction, or None where its file has gone since."""
    try:
        pixels = load_image(one.path.read_bytes(), SIDE)
    except (ImageRejected, OSError):
        return None
    thumbnail = img(picture.of_photo(Image.fromarray(pixels)), one.label)
    wrong = None if one.right else tag("s", one.predicted)
    words = [tag("b", one.label), wrong, tag("small", f"{one.probability:.0%}")]
    return tag(
        "figure",
        link(one.page_url, thumbnail),
        tag("figcaption", *filter(None, words)),
        cls="right" if one.right else "wrong",
    )
