"""Progress of a stage as a few log lines: one an epoch, and one now and then for smaller steps."""

import logging
import time
from collections import Counter
from collections.abc import Callable, Iterator
from typing import TypeVar

from nn import EpochRow

Row = TypeVar("Row")

log = logging.getLogger(__name__)

PERIOD = 10.0  # seconds between two lines about small steps


def logged(
    stage: str, clock: Callable[[], float] = time.monotonic
) -> Callable[[Iterator[Row]], Iterator[Row]]:
    """A `watch` for the stage: the rows pass through unchanged and are counted in the log."""

    def watch(rows: Iterator[Row]) -> Iterator[Row]:
        seen: Counter[str] = Counter()
        due = clock() + PERIOD
        for row in rows:
            if isinstance(row, EpochRow):
                log.info("%s: %s", stage, epoch_line(row))
            else:
                seen[kind(row)] += 1
            if seen and clock() >= due:
                log.info("%s: %s", stage, counts(seen))
                due = clock() + PERIOD
            yield row
        if seen:
            log.info("%s: %s, done", stage, counts(seen))

    return watch


def kind(row: object) -> str:
    """What a row is counted as: its status if it has one, its split, else its type."""
    return str(getattr(row, "status", "") or getattr(row, "split", "") or type(row).__name__)


def counts(seen: Counter[str]) -> str:
    return ", ".join(f"{n:,} {name}" for name, n in sorted(seen.items()))


def epoch_line(row: EpochRow) -> str:
    return (
        f"epoch {row.epoch}, loss {row.loss:.3f}, validation loss {row.val_loss:.3f}, "
        f"balanced accuracy {row.val_balanced_accuracy:.3f}"
    )
