"""Sections of the report: copies side by side, and pictures under several labels."""

from collections import Counter
from collections.abc import Iterator, Mapping

from dataset.reporting.facts import Facts
from dataset.reporting.html import Html, join, tag
from dataset.reporting.parts import address, count, listed, said
from dataset.reporting.thumbs import card, gallery, thumb
from dataset.tables import SampleRow

PAIRS = 24  # shown at most,
CONFLICTS = 48
LEAKS = 24


def section(facts: Facts) -> Iterator[Html]:
    """How many copies of each kind there are, and near-duplicates beside their medoids."""
    medoids = {row.sha256: row for row in facts.rows}
    near = [row for row in facts.rows if row.medoid in medoids and row.medoid != row.sha256]
    reasons = Counter(row.reason for row in facts.quarantine)
    yield tag(
        "p",
        "Equal files in quarantine: ",
        count(reasons["duplicate-bytes"], "duplicate-bytes"),
        ". Other files with equal pixels in quarantine: ",
        count(reasons["duplicate-pixels"], "duplicate-pixels"),
        ". Samples that are near-duplicates of each other: ",
        count(len(facts.flagged("near-duplicate")), "near-duplicate"),
        ", around ",
        count(len({row.medoid for row in near}), "medoids"),
        " medoids. In each pair the medoid is on the left.",
    )
    pairs = sorted(near, key=_turns(near).__getitem__)[:PAIRS]
    yield gallery((_pair(facts, medoids[row.medoid], row) for row in pairs), "pairs")
    yield listed(len(pairs), len(near), "pairs", "pairs")


def _turns(rows: list[SampleRow]) -> Mapping[SampleRow, tuple[int, str]]:
    """The place of each row: every medoid has its turn before one has a second."""
    seen: Counter[str] = Counter()
    places = {}
    for row in sorted(rows, key=lambda row: row.sha256):
        places[row] = seen[row.medoid], row.medoid
        seen[row.medoid] += 1
    return places


def _pair(facts: Facts, medoid: SampleRow, copy: SampleRow) -> Html:
    """The medoid on the left and first, with the labels, the split, and where both came from."""
    same = medoid.label == copy.label
    labels = said(copy.label) if same else join(said(medoid.label), " / ", said(copy.label))
    return card(
        [_image(facts, row) for row in (medoid, copy)],
        join(tag("b", labels), f" {copy.split}"),
        *(join(_size(row), address(row.url, row.path)) for row in (medoid, copy)),
    )


def _size(row: SampleRow) -> Html:
    name = f"pair-{row.sha256}"
    numbers = count(row.width, name, "width"), " × ", count(row.height, name, "height")
    return tag("small", *numbers)


def conflicts(facts: Facts) -> Iterator[Html]:
    """Samples of which several labels were said, with the one they have."""
    found = sorted(
        facts.flagged("label-conflict"), key=lambda row: (row.medoid or row.sha256, row.sha256)
    )
    dropped = sum(row.reason == "label-conflict" for row in facts.quarantine)
    yield tag(
        "p",
        "Samples of which, or of whose copies, several labels were said: ",
        count(len(found), "label-conflict"),
        ". Dropped for it: ",
        count(dropped, "label-conflict-dropped"),
        ".",
    )
    yield gallery(_conflict(facts, row) for row in found[:CONFLICTS])
    yield listed(min(CONFLICTS, len(found)), len(found), "samples", "conflicts")


def _conflict(facts: Facts, row: SampleRow) -> Html:
    others = [label for label in row.labels.split("|") if label != row.label]
    return card(
        [_image(facts, row)],
        join(tag("b", said(row.label)), " also ", said(", ".join(others))),
        address(row.page_url or row.url, row.path),
    )


def leaks(facts: Facts) -> Iterator[Html]:
    """Samples whose copies lie in another split, where their makers or the ledger put them."""
    found = sorted(facts.flagged("known-leak"), key=lambda row: (row.group, row.sha256))
    yield gallery(
        card(
            [_image(facts, row)],
            join(tag("b", said(row.label)), f" {row.split}"),
            address(row.page_url or row.url, row.path),
        )
        for row in found[:LEAKS]
    )
    yield listed(min(LEAKS, len(found)), len(found), "samples", "leaks")


def _image(facts: Facts, row: SampleRow) -> Html:
    image = facts.image(row.sha256)
    return Html("") if image is None else thumb(image, row.label)
