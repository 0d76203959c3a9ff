"""Section of the report: how the classes lie in the splits, beside what was asked for."""

from collections import Counter
from collections.abc import Iterator

from dataset.reporting.facts import Facts, host, torn
from dataset.reporting.html import Html, join, table, tag
from dataset.reporting.parts import (
    count,
    difference,
    keys,
    listed,
    number,
    percent,
    points,
    said,
    share,
    strip,
)
from dataset.splitting.balance import Balance
from dataset.splitting.quota import FEW_TESTS
from dataset.tables import SPLITS

SHOWN = 200  # classes at most


def section(facts: Facts) -> Iterator[Html]:
    """The splits in all, class by class, and what of pages and hosts lies in several."""
    found = facts.balance()
    yield from _whole(found)
    yield _classes(facts, found)
    yield listed(min(SHOWN, len(facts.classes)), len(facts.classes), "classes", "classes")
    yield from _folds(facts)
    yield _several(facts)


def _whole(found: Balance) -> Iterator[Html]:
    counts = {split: sum(row[split] for row in found.counts.values()) for split in SPLITS}
    yield tag("div", strip(counts, SPLITS, 0, ["split"]), cls="bar")
    rows = [
        [
            *keys([split]),
            count(counts[split], "split", split),
            number(percent(found.wanted[split]), "wanted", split),
            number(percent(found.achieved[split]), "achieved", split),
            difference(found.achieved[split] - found.wanted[split], "difference", split),
        ]
        for split in SPLITS
    ]
    head = ["split", "samples", "wanted", "achieved", "points off"]
    yield table(head, rows, caption="Wanted and achieved shares")
    errors = found.class_errors()
    worst = max(errors, key=lambda label: errors[label])
    few = len(found.few_tests())
    yield tag(
        "p",
        "The share of a split is at most ",
        points(found.error, "error"),
        " points off in all. In a class it is at most ",
        points(errors[worst], "class-error"),
        " points off: ",
        said(worst),
        ". Classes with fewer than ",
        count(FEW_TESTS, "few"),
        " samples to test with: ",
        count(few, "few-tests"),
        ".",
    )


def _classes(facts: Facts, found: Balance) -> Html:
    """A row a class: counts, their shares in it, its share of the dataset, and its error."""
    whole, errors = len(facts.rows), found.class_errors()
    longest = max(sum(row.values()) for row in found.counts.values())
    rows = []
    for label in facts.classes[:SHOWN]:
        row = found.counts[label]
        total = sum(row.values())
        rows.append(
            [
                said(label),
                *(_counted(row[split], total, label, split) for split in SPLITS),
                count(total, "class", label),
                share(total, whole, "class-share", label),
                points(errors[label], "class-error", label),
                strip(row, SPLITS, longest, ["class", label]),
            ]
        )
    head = ["class", *keys(SPLITS), "all", "of dataset", "points off", ""]
    return table(head, rows, caption="Samples of each class in each split")


def _counted(part: int, whole: int, label: str, split: str) -> Html:
    shown = tag("small", share(part, whole, "class-split-share", label, split))
    return tag("span", count(part, "class-split", label, split), " ", shown, cls="two")


def _folds(facts: Facts) -> Iterator[Html]:
    """How large the parts for cross-validation are, where there are any."""
    folds = Counter(row.fold for row in facts.rows if row.fold)
    if not folds:
        return
    whole = folds.total()
    rows = [
        [
            count(number, "fold", str(number)),
            count(folds[number], "fold-samples", str(number)),
            share(folds[number], whole, "fold-share", str(number)),
        ]
        for number in sorted(folds)
    ]
    yield table(["fold", "samples", "of all"], rows, caption="Parts for cross-validation")


def _several(facts: Facts) -> Html:
    """Clusters never lie in several splits but for known leaks; pages and hosts may."""
    kinds = {
        "clusters of copies": ((row.group, row.split) for row in facts.rows),
        "pages": ((row.page_url, row.split) for row in facts.rows),
        "hosts": ((host(row), row.split) for row in facts.rows),
    }
    rows = []
    for kind, pairs in kinds.items():
        whole, several = torn(pairs)
        numbers = count(whole, "several-of", kind), count(several, "several", kind)
        rows.append([kind, *numbers, share(several, whole, "several-share", kind)])
    head = ["", "all", "in several", "share"]
    leaks = len(facts.flagged("known-leak"))
    said_of_leaks = tag(
        "p",
        "Samples in clusters that are known to leak: ",
        count(leaks, "known-leak"),
        ".",
    )
    return join(table(head, rows, caption="What lies in more than one split"), said_of_leaks)
