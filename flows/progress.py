"""Progress of a stage as a few log lines: one an epoch, and one now and then for smaller steps."""

import logging
import math
import time
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from crawler.events import PageRead, Waiting
from nn import EpochRow

Watch = Callable[[Iterator[Any]], Iterator[Any]]

log = logging.getLogger(__name__)

PERIOD = 10.0  # seconds between two lines about small steps


def logged(stage: str, clock: Callable[[], float] = time.monotonic) -> Watch:
    """A `watch` for the stage: the rows pass through unchanged and are told of in the log."""

    def watch(rows: Iterator[Any]) -> Iterator[Any]:
        seen: Counter[str] = Counter()
        due = clock() + PERIOD
        for row in rows:
            seen.update(filter(None, [kind(row)]))
            if isinstance(row, EpochRow):
                log.info("%s: %s", stage, epoch_line(row))
            elif clock() >= due:
                log.info("%s: %s%s", stage, counts(seen), patience(row))
                due = clock() + PERIOD
            yield row
        if seen:
            log.info("%s: %s, done", stage, counts(seen))

    return watch


def kind(row: object) -> str:
    """What a row is counted as: a page, or the status of an image; "" for other news."""
    return "pages" if isinstance(row, PageRead) else str(getattr(row, "status", ""))


def counts(seen: Counter[str]) -> str:
    return ", ".join(f"{n:,} {name}" for name, n in sorted(seen.items())) or "nothing yet"


def patience(row: object) -> str:
    """Which host is waited for, where a row says so."""
    if not isinstance(row, Waiting) or not row.hosts:
        return ""
    host, seconds, rule = row.hosts[0]
    return f"; {host} may be asked in {seconds:.0f} s ({rule})"


def epoch_line(row: EpochRow) -> str:
    line = f"epoch {row.epoch}, loss {row.loss:.3f}"
    if math.isnan(row.val_loss):  # there is no validation split
        return line
    score = f"balanced accuracy {row.val_balanced_accuracy:.3f}"
    return f"{line}, validation loss {row.val_loss:.3f}, {score}"
