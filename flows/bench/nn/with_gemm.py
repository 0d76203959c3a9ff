"""The bare matrix products of a model's convolutions in NumPy: the rate nothing of ours exceeds."""

import numpy as np

from flows.bench.nn.cell import Cell
from flows.bench.nn.models import model_of
from flows.bench.nn.worker import Step
from nn.arrays import Array
from nn.layers import Conv2d

Product = tuple[Array, Array, Array]


def train(cell: Cell, form: str) -> Step:
    """The products of the forward pass, whose rate stands for those of the backward pass too."""
    rng = np.random.default_rng(0)
    made = [
        product
        for _, layer in model_of(cell.model).built().named_layers()
        if isinstance(layer, Conv2d)
        for product in _products(layer, cell.batch, rng)
    ]

    def step() -> None:
        for a, b, out in made:
            np.matmul(a, b, out=out)

    return step


inference = train


def _products(layer: Conv2d, n: int, rng: np.random.Generator) -> list[Product]:
    """A product a group: (N H' W', K L C / groups) by (K L C / groups, D / groups)."""
    rows, columns, channels, outputs = layer.params["weight"].shape
    places, seen = n * layer.output_shape[0] * layer.output_shape[1], rows * columns * channels
    a = rng.standard_normal((places, seen), np.float32)
    b = rng.standard_normal((seen, outputs // layer.groups), np.float32)
    return [(a, b, np.empty((places, b.shape[1]), np.float32))] * layer.groups
