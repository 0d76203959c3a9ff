"""The table of a crawl bench: a row a contender, for people and as CSV."""

import csv
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from statistics import median

from crawler.files import replacing
from flows.bench.contenders import Contender
from flows.bench.gallery import HOSTS
from flows.bench.measure import Measured
from flows.bench.rows import aligned
from flows.bench.terms import DELAY


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What a contender did: of seconds and memory the median of its runs, of counts the worst."""

    program: str
    version: str
    runs: int
    photos: int  # on the gallery
    stored: int
    requests: int
    a_host: str  # requests of each host, separated by +
    double: int  # the same address again
    early: int  # sooner than the delay after the end of the one before
    forbidden: int  # by robots.txt
    wall_seconds: float
    cpu_seconds: float  # user and system
    cpu_seconds_per_1000_images: float
    peak_mib: float | None


def row_of(contender: Contender, runs: Sequence[Measured], photos: int) -> Row:
    """The figures of several crawls as one row."""

    def most(count: str) -> int:
        return max(run.counts[count] for run in runs)

    asked = max((run.counts for run in runs), key=lambda counts: sum(counts[h] for h in HOSTS))
    peaks = [run.peak for run in runs if run.peak is not None]
    return Row(
        program=contender.name,
        version=contender.version or "",
        runs=len(runs),
        photos=photos,
        stored=min(run.stored for run in runs),
        requests=sum(asked[host] for host in HOSTS),
        a_host="+".join(str(asked[host]) for host in HOSTS),
        double=most("double"),
        early=most("early"),
        forbidden=most("forbidden"),
        wall_seconds=round(median(run.wall for run in runs), 3),
        cpu_seconds=round(median(run.cpu for run in runs), 3),
        cpu_seconds_per_1000_images=round(median(1000 * run.cpu / run.stored for run in runs), 3),
        peak_mib=round(median(peaks), 1) if peaks else None,
    )


def write_csv(rows: Sequence[Row], path: Path) -> None:
    """The table as CSV, whole or not at all; a figure that is not known is empty."""
    with replacing(path) as part, part.open("w", newline="", encoding="utf-8") as file:
        table = csv.DictWriter(file, [field.name for field in fields(Row)])
        table.writeheader()
        table.writerows(asdict(row) for row in rows)


HEADER = (
    *("program", "stored", "requests", "a host", "double", "early", "forbidden"),
    *("wall s", "CPU s", "CPU s/1,000 images", "peak MiB"),
)


def shown(rows: Sequence[Row]) -> str:
    """The table for people: names to the left, figures to the right."""
    return "\n".join(aligned([HEADER, *map(_cells, rows)], 1))


def _cells(row: Row) -> tuple[str, ...]:
    counts = (row.double, row.early, row.forbidden)
    return (
        f"{row.program} {row.version}",
        f"{row.stored:,} of {row.photos:,}",
        f"{row.requests:,}",
        row.a_host,
        *(f"{count:,}" for count in counts),
        f"{row.wall_seconds:.1f}",
        f"{row.cpu_seconds:.2f}",
        f"{row.cpu_seconds_per_1000_images:.2f}",
        "-" if row.peak_mib is None else f"{row.peak_mib:.0f}",
    )


def conditions(rows: Sequence[Row]) -> str:
    """What the figures were measured on, in one line."""
    return (
        f"photos: {rows[0].photos:,}, hosts: {len(HOSTS)}, delay: {DELAY:g} s, runs: "
        f"{rows[0].runs} (times and memory are medians, counts the worst), {platform.system()} "
        f"{platform.machine()}, CPUs: {os.cpu_count()}, Python {platform.python_version()}"
    )


def ratio(rows: Sequence[Row], ours: Contender, other: Contender) -> str:
    """How our CPU time compares, in one line; empty where the other was not measured."""
    took = {row.program: row.cpu_seconds_per_1000_images for row in rows}
    if other.name not in took:
        return ""
    quotient = took[ours.name] / took[other.name]
    return f"CPU seconds per 1,000 images, {ours.name} / {other.name}: {quotient:.2f}"
