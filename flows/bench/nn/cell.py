"""A cell of the table: a task, a model, a batch and a number of threads."""

from typing import NamedTuple


class Cell(NamedTuple):
    """What all contenders do in turns."""

    task: str
    model: str
    batch: int
    threads: int

    def __str__(self) -> str:
        threads = "1 thread" if self.threads == 1 else f"{self.threads} threads"
        return f"{self.task} {self.model}, batch {self.batch}, {threads}"
