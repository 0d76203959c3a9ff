"""What happened, counted from the files of the stages: plain values for artifacts and report."""

import csv
import json
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from crawler import ImageRow, Status, read_manifest

STATUSES = tuple(str(status) for status in Status)
SPLITS = ("train", "val", "test")

Counts = Mapping[str, Counter[str]]  # of each name, how many of each kind


def images(crawl: Path) -> list[ImageRow]:
    """Every row of the manifest."""
    return list(read_manifest(crawl / "manifest.csv"))


def by_label(rows: Iterable[ImageRow]) -> Counts:
    """Of each label, how many images of each status."""
    return tally((row.label or "(no label)", str(row.status)) for row in rows)


def by_host(rows: Iterable[ImageRow]) -> Counts:
    """Of each host, how many images of each status."""
    return tally((urlsplit(row.url).netloc, str(row.status)) for row in rows)


def by_reason(rows: Iterable[ImageRow]) -> Counts:
    """Of each error, how many images of each status. A reason is its first word."""
    return tally((row.error.partition(":")[0], str(row.status)) for row in rows if row.error)


def balance(dataset: Path) -> Counts:
    """Of each class, how many samples of each split."""
    return tally((row["label"], row["split"]) for row in table(dataset / "samples.csv"))


def quarantined(dataset: Path) -> Counter[str]:
    """How many inputs became no sample, by reason."""
    return Counter(row["reason"] for row in table(dataset / "quarantine.csv"))


def history(model: Path) -> list[dict[str, float]]:
    """The epochs of the training, every column a number."""
    return [
        {name: float(text or math.nan) for name, text in row.items()}
        for row in table(model / "history.csv")
    ]


def confusion(predictions: Iterable[Mapping[str, str]]) -> Counts:
    """Of each label, how many predictions of each class."""
    return tally((row["label"], row["predicted"]) for row in predictions)


def table(path: Path) -> list[dict[str, str]]:
    """The records of a CSV file with a header; none where there is no file."""
    if not path.exists():
        return []
    with path.open(newline="", encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def document(path: Path) -> dict[str, Any]:
    """The object in a JSON file; empty where there is no file."""
    if not path.exists():
        return {}
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def tally(pairs: Iterable[tuple[str, str]]) -> Counts:
    """Count (name, kind) pairs; names in order."""
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for name, kind in pairs:
        found[name][kind] += 1
    return dict(sorted(found.items()))


def total(counts: Counts) -> Counter[str]:
    """The sum over all names."""
    return sum(counts.values(), Counter())
