"""What two snapshots differ in: recipe, statistics, counts, and sample by sample."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dataset.entries import read_rows
from dataset.store import RESULT, read_document
from dataset.tables import SPLITS, QuarantineRow, SampleRow

CHANNELS = ("red", "green", "blue")


@dataclass(frozen=True, slots=True)
class Difference:
    """One line of the table. An empty field: there is nothing of the kind."""

    what: str  # recipe, mean, std, count, in, out, label or split
    item: str  # a key, a channel, a class with a split, or a sample's id
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Described:
    """A snapshot by its description and its tables; shards are not needed."""

    document: Mapping[str, Any]
    samples: Mapping[str, SampleRow]
    quarantine: Mapping[str, str]  # the reason for each id and each address without a sample


def read_described(path: Path) -> Described:
    """Read what a dataset.json, or a folder with one, describes. Raises SnapshotError."""
    path = path / RESULT if path.is_dir() else path
    document = read_document(path)
    rows = read_rows(path.parent, document["samples"], SampleRow)
    reasons: dict[str, str] = {}
    for row in read_rows(path.parent, document["quarantine"], QuarantineRow):
        reasons |= {key: row.reason for key in (row.sha256, row.url) if key}
    return Described(document, {row.sha256: row for row in rows}, reasons)


def compare(before: Described, after: Described) -> Iterator[Difference]:
    """Every difference: first of the whole, then of the samples, sorted by id."""
    old, new = before.document, after.document
    yield from _changed("recipe", old["recipe"], new["recipe"])
    for name in "mean", "std":
        yield from _changed(name, _channels(old, name), _channels(new, name))
    yield from _changed("count", _counts(before), _counts(after))
    yield from _samples(before, after)


def _samples(before: Described, after: Described) -> Iterator[Difference]:
    """Those that came, those that went and why, those under another label or in another split."""
    for name in sorted(before.samples.keys() | after.samples.keys()):
        old, new = before.samples.get(name), after.samples.get(name)
        if old is None and new is not None:
            yield Difference("in", name, _reason(new, before), _place(new))
        elif new is None and old is not None:
            yield Difference("out", name, _place(old), _reason(old, after))
        elif old is not None and new is not None:
            for what, was, now in (
                ("label", old.label, new.label),
                ("split", old.split, new.split),
            ):
                if was != now:
                    yield Difference(what, name, was, now)


def _changed(
    what: str, before: Mapping[str, object], after: Mapping[str, object]
) -> Iterator[Difference]:
    for key in (*before, *(key for key in after if key not in before)):
        old, new = before.get(key), after.get(key)
        if old != new:
            yield Difference(what, key, _text(old), _text(new))


def _text(value: object) -> str:
    if isinstance(value, (list, tuple)):
        return " ".join(map(str, value))
    return "" if value is None else str(value)


def _channels(document: Mapping[str, Any], name: str) -> dict[str, str]:
    values = document["statistics"][name]
    return {channel: f"{value:.6f}" for channel, value in zip(CHANNELS, values, strict=True)}


def _counts(described: Described) -> dict[str, int]:
    """Samples in all, a split, and a class and split; inputs in quarantine."""
    counts: Counter[str] = Counter()
    counts["samples"] = len(described.samples)
    rows = described.samples.values()
    by_split = Counter(row.split for row in rows)
    by_class = Counter((row.label, row.split) for row in rows)
    counts.update({split: by_split[split] for split in SPLITS})
    counts.update({f"{label}, {split}": n for (label, split), n in sorted(by_class.items())})
    counts["quarantine"] = described.document["quarantine"]["rows"]
    return dict(counts)


def _place(row: SampleRow) -> str:
    return f"{row.label}, {row.split}"


def _reason(row: SampleRow, other: Described) -> str:
    """Why the sample of one snapshot is none in the other: its word there, if it has one."""
    return other.quarantine.get(row.sha256) or other.quarantine.get(row.url, "")
