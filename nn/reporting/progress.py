"""What is seen of a training on stderr: a bar in a terminal, elsewhere a line an epoch."""

import logging
import math
import time
from collections.abc import Callable, Iterator

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn

from nn.config import TrainConfig
from nn.training.epoch import EpochRow

log = logging.getLogger(__name__)

Clock = Callable[[], float]  # seconds


def shown(rows: Iterator[EpochRow], config: TrainConfig) -> Iterator[EpochRow]:
    """The epochs unchanged; each is shown as it passes."""
    console = Console(stderr=True)
    return bar(rows, config, console) if console.is_terminal else lines(rows, config)


def lines(
    rows: Iterator[EpochRow], config: TrainConfig, *, clock: Clock = time.monotonic
) -> Iterator[EpochRow]:
    """Log a line an epoch."""
    for row, text in _told(rows, config, clock):
        log.info("epoch %d/%d: %s", row.epoch, config.epochs, text)
        yield row


def bar(
    rows: Iterator[EpochRow],
    config: TrainConfig,
    console: Console,
    *,
    clock: Clock = time.monotonic,
) -> Iterator[EpochRow]:
    """Draw a bar of epochs with the figures of the last one."""
    columns = (SpinnerColumn(), TextColumn("epoch"), MofNCompleteColumn(), BarColumn(24))
    with Progress(*columns, TextColumn("{task.description}"), console=console) as progress:
        task = progress.add_task("the first epoch", total=config.epochs)
        for row, text in _told(rows, config, clock):
            progress.update(task, completed=row.epoch, description=text)
            yield row


def _told(
    rows: Iterator[EpochRow], config: TrainConfig, clock: Clock
) -> Iterator[tuple[EpochRow, str]]:
    """Each epoch with its figures in a few words, and how long the rest takes at this pace."""
    started = clock()
    metric = config.metric.replace("_", " ")
    for done, row in enumerate(rows, start=1):
        value = getattr(row, f"val_{config.metric}")
        left = round((clock() - started) / done * (config.epochs - row.epoch))
        figures = f"loss {row.loss:.3f}"
        if not math.isnan(value):  # there is a validation split
            figures += f", validation {metric} {value:.3f}"
        pace = f"{row.images_per_second:,.0f} images/s, {left // 60}:{left % 60:02} left"
        yield row, f"{figures}, {pace}"
