"""Section of the report: what is in quarantine, with its picture where it could be decoded."""

from collections import defaultdict
from collections.abc import Iterator

from dataset.reporting.facts import Facts, by_size
from dataset.reporting.html import Html, join, table, tag
from dataset.reporting.parts import address, count, listed, said
from dataset.reporting.thumbs import card, gallery, thumb
from dataset.tables import QuarantineRow

PICTURES = 96  # in all
OF_REASON = 12  # pictures of a reason,
ROWS = 12  # and rows of those without
REASONS = 30


def section(facts: Facts) -> Iterator[Html]:
    """Reason by reason: pictures, then addresses of what could not be decoded."""
    rows: dict[str, list[QuarantineRow]] = defaultdict(list)
    for row in facts.quarantine:
        rows[row.reason].append(row)
    if not rows:
        yield tag("p", "Nothing.")
    left = PICTURES
    for reason, number in by_size(row.reason for row in facts.quarantine)[:REASONS]:
        cards = list(_cards(facts, rows[reason], min(OF_REASON, left)))
        left -= len(cards)
        yield tag("h3", said(reason), " ", count(number, "aside", reason))
        if cards:
            yield gallery(cards)
            shown = len(cards)
        else:
            yield _addresses(reason, rows[reason][:ROWS])
            shown = min(ROWS, number)
        yield listed(shown, number, "inputs", "aside", reason)


def _cards(facts: Facts, rows: list[QuarantineRow], most: int) -> Iterator[Html]:
    """The first pictures of a reason, as many as there may be."""
    for row in rows:
        if most <= 0:
            return
        image = facts.image(row.sha256)
        if image is not None:
            most -= 1
            label = tag("b", said(row.label))
            where = address(row.page_url or row.url, row.path)
            yield card([thumb(image, row.label)], label, said(row.detail), where)


def _addresses(reason: str, rows: list[QuarantineRow]) -> Html:
    lines = [[address(row.url, row.path), said(row.label), said(row.detail)] for row in rows]
    head = ["input", "label", "why"]
    return join(table(head, lines, caption=f"Without a picture: {reason}", words=3))
