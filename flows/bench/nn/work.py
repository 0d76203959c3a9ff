"""How much arithmetic a step is: additions and multiplications by the weights of a model."""

from functools import cache

from flows.bench.nn.cell import Cell
from flows.bench.nn.models import model_of
from nn.layers import Conv2d

PASSES = {"train": 3, "inference": 1}  # backward, a weight is used for dx and for its gradient


def of_step(cell: Cell) -> int:
    """Of a step of a cell, by all weights."""
    whole, _ = _an_image(cell.model)
    return PASSES[cell.task] * cell.batch * whole


def of_products(cell: Cell) -> int:
    """Of the convolutions of a cell, forward."""
    _, convolutions = _an_image(cell.model)
    return cell.batch * convolutions


@cache
def _an_image(name: str) -> tuple[int, int]:
    """Of an image forward, by all weights and by those of convolutions."""
    model = model_of(name).built()
    convolutions = {name for name, layer in model.named_layers() if isinstance(layer, Conv2d)}
    rows = model.summary()
    whole = sum(row.multiply_adds for row in rows)
    return 2 * whole, 2 * sum(row.multiply_adds for row in rows if row.name in convolutions)
