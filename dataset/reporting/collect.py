"""Section of the report: what to collect next, because a class has too little of it."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from statistics import median_high

from dataset.reporting.facts import Facts, host, likeliest
from dataset.reporting.html import Html, table, tag
from dataset.reporting.parts import count, listed, said, share, strip
from dataset.splitting.balance import Balance
from dataset.splitting.quota import FEW_TESTS, SPARE

SHOWN = 30  # rows of a table at most
DOMINANT = 0.5  # of the samples of a class: what one host should not have more of


def section(facts: Facts) -> Iterator[Html]:
    """Classes far below the rest, with few tests, or from one host."""
    found = facts.balance()
    parts = [*_small(found), *_untested(found), *_dominated(facts)]
    yield from parts or [tag("p", "Nothing is missing: no class is behind the others.")]


def _small(found: Balance) -> Iterator[Html]:
    """Classes below the class in the middle, those furthest below it first."""
    sizes = {label: sum(row.values()) for label, row in found.counts.items()}
    middle = median_high(sizes.values())
    below = sorted(
        (label for label in sizes if sizes[label] < middle), key=lambda label: sizes[label]
    )
    if not below:
        return
    yield tag(
        "p",
        "The median class has ",
        count(middle, "median"),
        " samples. Classes below it: ",
        count(len(below), "below"),
        ".",
    )
    rows = []
    for label in below[:SHOWN]:
        parts = {"sample": sizes[label], "missing": middle - sizes[label]}
        numbers = (count(value, f"below-{kind}", label) for kind, value in parts.items())
        rows.append([said(label), *numbers, strip(parts, tuple(parts), 0, ["below", label])])
    head = ["class", "has", "missing", ""]
    yield table(head, rows, caption="Classes furthest below the rest")
    yield listed(len(rows), len(below), "classes", "below")


def _untested(found: Balance) -> Iterator[Html]:
    """Classes with few test samples, and how many samples it takes until they have enough."""
    few = found.few_tests()
    if not few:
        return
    rows = [
        [
            said(label),
            count(tests, "tests", label),
            count(max(SPARE - sum(found.counts[label].values()), 0), "more-for-tests", label),
        ]
        for label, tests in sorted(few.items(), key=lambda pair: (pair[1], pair[0]))[:SHOWN]
    ]
    yield tag(
        "p",
        "With fewer than ",
        count(FEW_TESTS, "few"),
        " test samples the score of a class says little; from ",
        count(SPARE, "enough"),
        " samples on it has enough of them.",
    )
    head = ["class", "tests", "missing"]
    yield table(head, rows, caption="Classes with too few tests")
    yield listed(len(rows), len(few), "classes", "few")


def _dominated(facts: Facts) -> Iterator[Html]:
    """Classes most of which one host gave: a network may learn the host instead."""
    hosts: dict[str, Counter[str]] = defaultdict(Counter)
    for row in facts.rows:
        hosts[row.label][host(row)] += 1
    first = {label: likeliest(hosts[label]) for label in facts.classes}
    found = {
        label: (name, hosts[label][name])
        for label, name in first.items()
        if name and hosts[label][name] > DOMINANT * hosts[label].total()
    }
    if not found:
        return
    rows = [
        [
            said(label),
            said(name),
            count(number, "dominant", label),
            share(number, hosts[label].total(), "dominant-share", label),
        ]
        for label, (name, number) in list(found.items())[:SHOWN]
    ]
    head = ["class", "host", "samples", "of the class"]
    yield table(head, rows, caption="Classes of which one host gave most", words=2)
    yield listed(len(rows), len(found), "classes", "dominant")
