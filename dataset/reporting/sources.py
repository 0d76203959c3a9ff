"""Sections of the report: which hosts the samples come from, and under which licences."""

from collections import Counter, defaultdict
from collections.abc import Iterator

from dataset.reading.licence import name_of
from dataset.reporting.facts import Facts, by_size, host
from dataset.reporting.html import Html, join, table, tag
from dataset.reporting.parts import count, keys, listed, said, share, strip
from dataset.tables import SPLITS

SHOWN = 30  # hosts, and licences
KINDS = ("sample", "missing")


def section(facts: Facts) -> Iterator[Html]:
    """The hosts with most samples, of how many classes, and in which splits."""
    hosts = by_size(name for row in facts.rows if (name := host(row)))
    unknown = len(facts.rows) - sum(number for _, number in hosts)
    if unknown:
        yield tag("p", "Samples without a web address: ", count(unknown, "no-host"), ".")
    if not hosts:
        return
    splits: dict[str, Counter[str]] = defaultdict(Counter)
    labels: dict[str, set[str]] = defaultdict(set)
    for row in facts.rows:
        splits[host(row)][row.split] += 1
        labels[host(row)].add(row.label)
    rows = [
        [
            said(name),
            count(number, "host", name),
            share(number, len(facts.rows), "host-share", name),
            count(len(labels[name]), "host-classes", name),
            strip(splits[name], SPLITS, hosts[0][1], ["host", name]),
        ]
        for name, number in hosts[:SHOWN]
    ]
    yield table(
        ["host", "samples", "of all", "classes", join(*keys(SPLITS))],
        rows,
        caption="Hosts, by their pages",
    )
    yield listed(len(rows), len(hosts), "hosts", "hosts")


def licences(facts: Facts) -> Iterator[Html]:
    """What the samples may be used for, as far as their sites say."""
    found = by_size(name_of(row.licence) for row in facts.rows)
    rows = [
        [
            said(name) if name else "unknown",
            count(number, "licence", name),
            share(number, len(facts.rows), "licence-share", name),
            strip({"sample" if name else "missing": number}, KINDS, found[0][1], ["licence", name]),
        ]
        for name, number in found[:SHOWN]
    ]
    yield table(["licence", "samples", "of all", ""], rows, caption="Licences as sites state them")
    yield listed(len(rows), len(found), "licences", "licences")
