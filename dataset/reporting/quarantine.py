"""Section of the report: what is in quarantine, with its picture where it could be decoded."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from dataset.reporting.facts import Facts, by_size
from dataset.reporting.html import Html, table, tag
from dataset.reporting.parts import SENTENCE, address, count, listed, said
from dataset.reporting.thumbs import card, gallery, thumb
from dataset.store import Images
from dataset.tables import QuarantineRow

PICTURES = 96  # in all
OF_REASON = 12  # pictures of a reason,
ROWS = 8  # and rows of those without


def section(facts: Facts) -> Iterator[Html]:
    """Reason by reason: pictures, or else addresses of what could not be decoded."""
    rows: dict[str, list[QuarantineRow]] = defaultdict(list)
    for row in facts.quarantine:
        rows[row.reason].append(row)
    if not rows:
        yield tag("p", "Nothing.")
    left = PICTURES
    for reason, number in by_size(row.reason for row in facts.quarantine):
        own = rows[reason]
        yield tag("h3", said(reason), " ", count(number, "aside", reason))
        details = {row.detail for row in own}
        common = details.pop() if len(details) == 1 else ""
        if common:
            yield tag("p", said(common, SENTENCE), cls="note")
        seen = _pictured(facts, own, min(OF_REASON, left))
        left -= len(seen)
        if seen:
            yield gallery(_card(row, image, common) for row, image in seen)
        else:
            yield _addresses(reason, own[:ROWS], common)
        yield listed(len(seen) or min(ROWS, number), number, "inputs", "aside", reason)


def _pictured(
    facts: Facts, rows: Iterable[QuarantineRow], most: int
) -> list[tuple[QuarantineRow, Images]]:
    """The first rows that have a picture, with it, as many as there may be."""
    images = ((row, facts.image(row.sha256)) for row in rows)
    return list(islice(((row, image) for row, image in images if image is not None), most))


def _card(row: QuarantineRow, image: Images, common: str) -> Html:
    label = tag("b", said(row.label))
    why = Html("") if common else said(row.detail, SENTENCE)
    return card([thumb(image, row.label)], label, why, address(row.page_url or row.url, row.path))


def _addresses(reason: str, rows: Sequence[QuarantineRow], common: str) -> Html:
    """Where the rows came from, their labels, and why they are here unless it was said already."""
    lines = [[address(row.url, row.path), said(row.label)] for row in rows]
    if common:
        return table(["input", "label"], lines, caption=f"No picture: {reason}", words=2)
    whys = [said(row.detail, SENTENCE) for row in rows]
    lines = [[*line, why] for line, why in zip(lines, whys, strict=True)]
    return table(["input", "label", "why"], lines, caption=f"No picture: {reason}", words=3)
