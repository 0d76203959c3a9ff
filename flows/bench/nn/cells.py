"""Which cells there are: not every batch makes sense for every task."""

from collections.abc import Iterator, Sequence
from itertools import product

from flows.bench.nn.cell import Cell
from flows.bench.nn.models import model_of, normalises
from flows.bench.nn.terms import COLD_MODEL


def cells(
    tasks: Sequence[str], models: Sequence[str], batches: Sequence[int], threads: Sequence[int]
) -> Iterator[Cell]:
    """Those of these tasks, models, batches and numbers of threads that can be measured, once."""
    for task, model in dict.fromkeys(product(tasks, models)):
        for batch, count in dict.fromkeys(product(_batches(task, model, batches), threads)):
            yield Cell(task, model, batch, count)


def _batches(task: str, model: str, batches: Sequence[int]) -> Sequence[int]:
    """From cold one photo goes through one model; one image has no statistics to normalise by."""
    if task == "cold":
        return [1] if model == COLD_MODEL else []
    if task == "train" and normalises(model_of(model).built()):
        return [batch for batch in batches if batch > 1]
    return batches
