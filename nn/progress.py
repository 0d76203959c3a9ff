"""What is seen of a training on stderr: a bar in a terminal, elsewhere a line an epoch."""

import logging
import time
from collections.abc import Iterator

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn

from nn.config import TrainConfig
from nn.train import EpochRow

log = logging.getLogger(__name__)


def shown(rows: Iterator[EpochRow], config: TrainConfig) -> Iterator[EpochRow]:
    """The epochs unchanged; each is shown as it passes."""
    console = Console(stderr=True)
    return _bar(rows, config, console) if console.is_terminal else _lines(rows, config)


def _lines(rows: Iterator[EpochRow], config: TrainConfig) -> Iterator[EpochRow]:
    started, first = time.monotonic(), 0
    for row in rows:
        first = first or row.epoch
        left = _left(time.monotonic() - started, row.epoch - first + 1, config.epochs - row.epoch)
        log.info("epoch %d/%d: %s, %s", row.epoch, config.epochs, told(row, config), left)
        yield row


def _bar(rows: Iterator[EpochRow], config: TrainConfig, console: Console) -> Iterator[EpochRow]:
    columns = (SpinnerColumn(), TextColumn("epoch"), MofNCompleteColumn(), BarColumn(24))
    started, first = time.monotonic(), 0
    with Progress(*columns, TextColumn("{task.description}"), console=console) as progress:
        task = progress.add_task("the first epoch", total=config.epochs)
        for row in rows:
            first = first or row.epoch
            seconds = time.monotonic() - started
            left = _left(seconds, row.epoch - first + 1, config.epochs - row.epoch)
            text = f"{told(row, config)}, {left}"
            progress.update(task, completed=row.epoch, description=text)
            yield row


def told(row: EpochRow, config: TrainConfig) -> str:
    """One epoch in a few words."""
    metric = config.metric.replace("_", " ")
    value = getattr(row, f"val_{config.metric}")
    pace = f"{row.images_per_second:,.0f} images/s"
    return f"loss {row.loss:.3f}, validation {metric} {value:.3f}, {pace}"


def _left(seconds: float, done: int, to_do: int) -> str:
    """How long the rest will take at the pace so far."""
    left = round(seconds / done * to_do)
    return f"{left // 60}:{left % 60:02} left"
