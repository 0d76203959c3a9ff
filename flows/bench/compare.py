"""The contenders one after the other, run after run, so that a busy machine is busy for all."""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from flows.bench.contenders import Contender
from flows.bench.gallery import photos_in
from flows.bench.hosting import require_hosts
from flows.bench.installed import INSTALL
from flows.bench.measure import Measured, measure
from flows.bench.memory import can_watch
from flows.bench.table import Row, row_of


def compare(contenders: Sequence[Contender], photos: Path, out: Path, runs: int) -> list[Row]:
    """Let those that are installed crawl the gallery so many times each; return their rows.

    Tells on stderr who is missing and how far it is. Raises UsageError where there are no photos,
    BenchError where the gallery cannot be shown or a contender fails.
    """
    count = len(photos_in(photos))
    require_hosts()
    if not can_watch():
        print(f"psutil is not installed and memory not measured: {INSTALL}", file=sys.stderr)
    out.mkdir(parents=True, exist_ok=True)
    present = list(_installed(contenders))
    measured: dict[Contender, list[Measured]] = {contender: [] for contender in present}
    for run in range(runs):
        first = run % len(present)  # nobody always goes first
        for contender in present[first:] + present[:first]:
            print(f"run {run + 1} of {runs}: {contender.name}", file=sys.stderr)
            figures = measure(contender, photos, out)
            measured[contender].append(figures)
            print(f"  {figures.wall:.1f} s, CPU {figures.cpu:.2f} s", file=sys.stderr)
    return [row_of(contender, found, count) for contender, found in measured.items()]


def _installed(contenders: Sequence[Contender]) -> Iterator[Contender]:
    for contender in contenders:
        if contender.version is None:
            print(f"{contender.name} is not installed and left out: {INSTALL}", file=sys.stderr)
        else:
            yield contender
