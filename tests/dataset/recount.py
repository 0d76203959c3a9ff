"""Every number of a report of a dataset, counted again in its CSV files and dataset.json.

Knows what a section shows and under which name, and nothing of how the report counts.
"""

import csv
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup, Tag

from dataset.reading.licence import name_of

SPLITS = ("train", "val", "test")
SIDES = (1, 32, 64, 128, 256, 512, 1024, 2048)
FEW = 5  # test samples, below which a score says little,
ENOUGH = 20  # and samples of a class that spare so many
CHANNELS = ("red", "green", "blue")
Row = dict[str, str]
Named = tuple[str, str]  # the name of a number, and how it is written
Bar = tuple[str, tuple[int, ...], str]  # name, the parts, width

# Reasons for which a picture is set aside although it was decoded.
DECODED = {"duplicate-bytes", "duplicate-pixels", "label-conflict", "boilerplate", "wrong"}
DECODED |= {"blurry", "dark", "overexposed", "flat", "narrow", "tiny"}


def numbers_of(page: BeautifulSoup) -> Counter[Named]:
    return Counter((str(one["data-n"]), one.get_text()) for one in page.select("[data-n]"))


def bars_of(page: BeautifulSoup) -> Counter[Bar]:
    return Counter(
        (
            str(one["data-bar"]),
            tuple(int(str(part["style"]).removeprefix("flex-grow:")) for part in one.select("i")),
            str(one["style"]).removeprefix("width:"),
        )
        for one in page.select("[data-bar]")
    )


def stray_digits(page: BeautifulSoup) -> list[str]:
    """Digits in our own words that have no name, and so could not be counted again."""
    rest = BeautifulSoup(str(page), "html.parser")
    for one in rest.select("style, title, bdi, code, [data-n]"):
        one.decompose()
    return [text for text in rest.stripped_strings if re.search(r"\d", text)]


def texts_of(page: BeautifulSoup, section: str) -> list[str]:
    found = page.find(id=section)
    assert isinstance(found, Tag)
    return [one.get_text() for one in found.select("bdi")]


def table(path: Path) -> list[Row]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def host(row: Row) -> str:
    match = re.match(r"[a-z]+://(?:[^/?#@]*@)?([^/?#]*)", row["page_url"] or row["url"])
    return match[1].lower() if match else ""


def percent(part: int, whole: int) -> str:
    return f"{part / whole:.1%}" if whole else "–"


def short(name: str) -> str:
    return name if len(name) <= 60 else f"{name[:30]}…{name[-29:]}"


class Recount:
    """The numbers and bars that the report of the snapshot in a folder must have: no other."""

    def __init__(self, out: Path) -> None:
        self.rows, self.aside = table(out / "samples.csv"), table(out / "quarantine.csv")
        self.document: dict[str, Any] = json.loads((out / "dataset.json").read_text("utf-8"))
        self.classes: list[str] = self.document["classes"]
        self.sizes = Counter(row["label"] for row in self.rows)
        self.cells = Counter((row["label"], row["split"]) for row in self.rows)
        self.quotas: dict[str, dict[str, float]] = self.document["quotas"]

    def numbers(self) -> Counter[Named]:
        sections = (
            self._inputs(),
            self._settings(),
            self._splits(),
            self._classes(),
            self._several(),
            self._small(),
            self._untested(),
            self._dominated(),
            self._sheets(),
            self._copies(),
            self._labels(),
            self._quarantine(),
            self._sides(),
            self._shapes(),
            self._hosts(),
            self._licences(),
            self._pixels(),
            self._words("flag", "flags"),
            self._words("applied", "applied"),
        )
        return Counter(
            ("/".join(map(short, name)), text) for section in sections for *name, text in section
        )

    def bars(self) -> Counter[Bar]:
        return Counter(
            ("/".join(map(short, name)), tuple(n for n in parts if n), f"{width:.1%}")
            for *name, parts, width in self._bars()
        )

    def _inputs(self) -> Iterator[tuple[str, ...]]:
        samples, aside = len(self.rows), len(self.aside)
        whole = samples + aside
        yield from (("inputs", f"{whole:,}"), ("samples", f"{samples:,}"))
        yield "quarantine", f"{aside:,}"
        yield from (("tile", "inputs", f"{whole:,}"), ("tile", "samples", f"{samples:,}"))
        yield "tile", "in quarantine", f"{aside:,}"
        yield "tile", "classes", f"{len(self.sizes):,}"
        for reason, number in Counter(row["reason"] for row in self.aside).items():
            yield "reason", reason, f"{number:,}"
            yield "reason-share", reason, percent(number, whole)

    def _settings(self) -> Iterator[tuple[str, ...]]:
        recipe = self.document["recipe"]
        yield from [("setting", name, f"{recipe[name]:,}") for name in ("size", "stored")] * 2
        for name, value in recipe.items():
            if isinstance(value, int | float):
                yield "setting", name, str(value)

    def _error(self, labels: list[str]) -> str:
        """By how much a split of these classes is off at most, in points."""
        off = [
            abs(sum(self.cells[label, split] - self.quotas[label][split] for label in labels))
            for split in SPLITS
        ]
        return f"{100 * max(off) / sum(self.sizes[label] for label in labels):.1f}"

    def _of_class(self, label: str) -> dict[str, int]:
        return {split: self.cells[label, split] for split in SPLITS}

    def _splits(self) -> Iterator[tuple[str, ...]]:
        whole, counts = len(self.rows), Counter(row["split"] for row in self.rows)
        for split in SPLITS:
            wanted = sum(self.quotas[label][split] for label in self.classes) / whole
            off = round(100 * (counts[split] / whole - wanted), 1)
            yield "split", split, f"{counts[split]:,}"
            yield "wanted", split, f"{wanted:.1%}"
            yield "achieved", split, f"{counts[split] / whole:.1%}"
            yield "difference", split, f"{off:+.1f}".replace("-", "−") if off else "0.0"
        yield "error", self._error(self.classes)
        yield "class-error", max((self._error([one]) for one in self.classes), key=float)
        yield from (("few", f"{FEW}"), ("few-tests", f"{len(self._few()):,}"))
        folds = Counter(row["fold"] for row in self.rows if row["fold"] != "0")
        for fold, number in folds.items():
            yield "fold", fold, fold
            yield "fold-samples", fold, f"{number:,}"
            yield "fold-share", fold, percent(number, folds.total())

    def _few(self) -> list[str]:
        return [
            label
            for label in self.classes
            if self.quotas[label]["test"] and self.cells[label, "test"] < FEW
        ]

    def _classes(self) -> Iterator[tuple[str, ...]]:
        for label in self.classes[:200]:
            for split in SPLITS:
                number = self.cells[label, split]
                yield "class-split", label, split, f"{number:,}"
                yield "class-split-share", label, split, percent(number, self.sizes[label])
            yield "class", label, f"{self.sizes[label]:,}"
            yield "class-share", label, percent(self.sizes[label], len(self.rows))
            yield "class-error", label, self._error([label])
        yield from self._listed(200, len(self.classes), "classes")

    def _listed(self, most: int, whole: int, *name: str) -> Iterator[tuple[str, ...]]:
        if whole > most:
            yield from ((*name, "shown", f"{most:,}"), (*name, "of", f"{whole:,}"))

    def _several(self) -> Iterator[tuple[str, ...]]:
        names = {
            "clusters of copies": [row["group"] for row in self.rows],
            "pages": [row["page_url"] for row in self.rows],
            "hosts": [host(row) for row in self.rows],
        }
        for kind, values in names.items():
            pairs = {(name, row["split"]) for name, row in zip(values, self.rows, strict=True)}
            splits = Counter(name for name, _ in pairs if name)
            several = sum(number > 1 for number in splits.values())
            yield "several-of", kind, f"{len(splits):,}"
            yield "several", kind, f"{several:,}"
            yield "several-share", kind, percent(several, len(splits))
        yield "known-leak", f"{len(self._flagged('known-leak')):,}"
        yield from self._listed(24, len(self._flagged("known-leak")), "leaks")

    def _flagged(self, flag: str) -> list[Row]:
        return [row for row in self.rows if flag in row["flags"].split()]

    def _middle(self) -> int:
        return sorted(self.sizes.values())[len(self.sizes) // 2]

    def _below(self) -> list[str]:
        """Classes below the median, the smallest first, equals in their order."""
        below = [label for label in self.classes if self.sizes[label] < self._middle()]
        return sorted(below, key=lambda label: self.sizes[label])

    def _small(self) -> Iterator[tuple[str, ...]]:
        below = self._below()
        if below:
            yield from (("median", f"{self._middle():,}"), ("below", f"{len(below):,}"))
        for label in below[:30]:
            yield "below-sample", label, f"{self.sizes[label]:,}"
            yield "below-missing", label, f"{self._middle() - self.sizes[label]:,}"
        yield from self._listed(30, len(below), "below")

    def _untested(self) -> Iterator[tuple[str, ...]]:
        few = sorted(self._few(), key=lambda label: (self.cells[label, "test"], label))
        if not few:
            return
        yield from (("few", f"{FEW}"), ("enough", f"{ENOUGH}"))
        for label in few[:30]:
            yield "tests", label, f"{self.cells[label, 'test']:,}"
            yield "more-for-tests", label, f"{max(ENOUGH - self.sizes[label], 0):,}"
        yield from self._listed(30, len(few), "few")

    def _dominated(self) -> Iterator[tuple[str, ...]]:
        found = {}
        for label in self.classes:
            hosts = Counter(host(row) for row in self.rows if row["label"] == label)
            name, number = hosts.most_common(1)[0]
            if name and 2 * number > self.sizes[label]:
                found[label] = number
        for label, number in list(found.items())[:30]:
            yield "dominant", label, f"{number:,}"
            yield "dominant-share", label, percent(number, self.sizes[label])
        yield from self._listed(30, len(found), "dominant")

    def _sheets(self) -> Iterator[tuple[str, ...]]:
        for label in self.classes[:160]:
            for split in SPLITS:
                yield "sheet", label, split, f"{self.cells[label, split]:,}"
        yield from self._listed(160, len(self.classes), "sheet")
        yield from self._listed(64, len(self.classes), "augmented")

    def pairs(self) -> list[Row]:
        """Near-duplicates in the order in which they are shown beside their medoids."""
        ids = {row["sha256"] for row in self.rows}
        near = [r for r in self.rows if r["medoid"] in ids and r["medoid"] != r["sha256"]]
        turn, seen = {}, Counter[str]()
        for row in sorted(near, key=lambda row: row["sha256"]):
            turn[row["sha256"]] = seen[row["medoid"]]
            seen[row["medoid"]] += 1
        return sorted(near, key=lambda row: (turn[row["sha256"]], row["medoid"]))

    def _copies(self) -> Iterator[tuple[str, ...]]:
        reasons = Counter(row["reason"] for row in self.aside)
        for reason in "duplicate-bytes", "duplicate-pixels":
            yield reason, f"{reasons[reason]:,}"
        yield "near-duplicate", f"{len(self._flagged('near-duplicate')):,}"
        yield "medoids", f"{len({row['medoid'] for row in self.pairs()}):,}"
        own = {row["sha256"]: row for row in self.rows}
        for copy in self.pairs()[:24]:
            for row in (own[copy["medoid"]], copy):
                for side in "width", "height":
                    yield f"pair-{row['sha256']}", side, f"{int(row[side]):,}"
        yield from self._listed(24, len(self.pairs()), "pairs")

    def _labels(self) -> Iterator[tuple[str, ...]]:
        found = self._flagged("label-conflict")
        dropped = sum(row["reason"] == "label-conflict" for row in self.aside)
        yield "label-conflict", f"{len(found):,}"
        yield "label-conflict-dropped", f"{dropped:,}"
        yield from self._listed(48, len(found), "conflicts")

    def _quarantine(self) -> Iterator[tuple[str, ...]]:
        """At most 12 pictures of a reason; the rest of this is for fewer than 96 of them."""
        for reason, number in Counter(row["reason"] for row in self.aside).items():
            yield "aside", reason, f"{number:,}"
            yield from self._listed(12 if reason in DECODED else 8, number, "aside", reason)

    def _sides(self) -> Iterator[tuple[str, ...]]:
        sizes = [(int(row["width"]), int(row["height"])) for row in self.rows]
        order = sorted(sizes, key=lambda size: (size[0] * size[1], *size))
        names = {"smallest": order[0], "middle": order[len(order) // 2], "largest": order[-1]}
        for name, (width, height) in names.items():
            yield from ((name, "width", f"{width:,}"), (name, "height", f"{height:,}"))
        stored = self.document["recipe"]["stored"]
        enlarged = sum(min(size) < stored for size in sizes)
        yield from (("stored", f"{stored:,}"), ("enlarged", f"{enlarged:,}"))
        for low, high, number in self._steps():
            yield "step-from", str(low), f"{low:,}"
            if high is not None:
                yield "step-to", str(low), f"{high:,}"
            yield "step", str(low), f"{number:,}"
            yield "step-share", str(low), percent(number, len(sizes))

    def _steps(self) -> list[tuple[int, int | None, int]]:
        """From, to, and samples of each step, without empty ones at both ends."""
        sides = [min(int(row["width"]), int(row["height"])) for row in self.rows]
        highs = [low - 1 for low in SIDES[1:]]
        steps = [
            (low, high, sum(low <= side and (high is None or side <= high) for side in sides))
            for low, high in zip(SIDES, (*highs, None), strict=True)
        ]
        full = [place for place, step in enumerate(steps) if step[2]]
        return steps[full[0] : full[-1] + 1]

    def _shape_counts(self) -> dict[str, int]:
        over = [int(row["width"]) - int(row["height"]) for row in self.rows]
        return {
            "wide": sum(n > 0 for n in over),
            "square": sum(n == 0 for n in over),
            "tall": sum(n < 0 for n in over),
        }

    def _shapes(self) -> Iterator[tuple[str, ...]]:
        for shape, number in self._shape_counts().items():
            yield "shape", shape, f"{number:,}"
            yield "shape-share", shape, percent(number, len(self.rows))

    def _ranked(self, names: list[str]) -> list[tuple[str, int]]:
        return sorted(Counter(names).items(), key=lambda pair: (-pair[1], pair[0]))

    def _host_counts(self) -> list[tuple[str, int]]:
        return self._ranked([host(row) for row in self.rows if host(row)])

    def _hosts(self) -> Iterator[tuple[str, ...]]:
        hosts = self._host_counts()
        unknown = sum(not host(row) for row in self.rows)
        if unknown:
            yield "no-host", f"{unknown:,}"
        for name, number in hosts[:30]:
            labels = {row["label"] for row in self.rows if host(row) == name}
            yield "host", name, f"{number:,}"
            yield "host-share", name, percent(number, len(self.rows))
            yield "host-classes", name, f"{len(labels):,}"
        yield from self._listed(30, len(hosts), "hosts")

    def _licence_counts(self) -> list[tuple[str, int]]:
        return self._ranked([name_of(row["licence"]) for row in self.rows])

    def _licences(self) -> Iterator[tuple[str, ...]]:
        found = self._licence_counts()
        for name, number in found[:30]:
            yield "licence", name, f"{number:,}"
            yield "licence-share", name, percent(number, len(self.rows))
        yield from self._listed(30, len(found), "licences")

    def _pixels(self) -> Iterator[tuple[str, ...]]:
        found = self.document["statistics"]
        for place, channel in enumerate(CHANNELS):
            yield "mean", channel, f"{found['mean'][place]:.4f}"
            yield "std", channel, f"{found['std'][place]:.4f}"
        yield "pixels", f"{found['pixels']:,}"

    def _words(self, kind: str, column: str) -> Iterator[tuple[str, ...]]:
        for word, number in Counter(w for r in self.rows for w in r[column].split()).items():
            yield kind, word, f"{number:,}"
            yield f"{kind}-share", word, percent(number, len(self.rows))

    def _bars(self) -> Iterator[tuple[Any, ...]]:
        counts = Counter(row["split"] for row in self.rows)
        yield "inputs", (len(self.rows), len(self.aside)), 1
        yield "split", tuple(counts[split] for split in SPLITS), 1
        reasons = self._ranked([row["reason"] for row in self.aside])
        for reason, number in reasons:
            yield "reason", reason, (number,), number / reasons[0][1]
        for label in self.classes[:200]:
            parts = tuple(self._of_class(label).values())
            yield "class", label, parts, self.sizes[label] / max(self.sizes.values())
        for label in self._below()[:30]:
            yield "below", label, (self.sizes[label], self._middle() - self.sizes[label]), 1
        for low, _, number in self._steps():
            yield "step", str(low), (number,), number / max(step[2] for step in self._steps())
        for shape, number in self._shape_counts().items():
            yield "shape", shape, (number,), number / len(self.rows)
        hosts = self._host_counts()
        for name, number in hosts[:30]:
            own = Counter(row["split"] for row in self.rows if host(row) == name)
            yield "host", name, tuple(own[split] for split in SPLITS), number / hosts[0][1]
        licences = self._licence_counts()
        for name, number in licences[:30]:
            yield "licence", name, (number,), number / licences[0][1]
