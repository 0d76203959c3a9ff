"""Layers one after the other: their names, and how they are built and computed in turn."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from nn.arrays import Array, Shape
from nn.errors import ArchitectureError
from nn.layers.layer import Layer
from nn.shards import Shards

Chain: TypeAlias = dict[str, Layer]


def numbered(layers: Iterable[Layer]) -> dict[str, Layer]:
    """Layers by kind and number: conv1, norm1, relu1, pool1, conv2."""
    counts: Counter[str] = Counter()
    named = {}
    for layer in layers:
        counts[layer.kind] += 1
        named[f"{layer.kind}{counts[layer.kind]}"] = layer
    return named


def build(
    chain: Chain, shape: Shape, rng: np.random.Generator | None, dtype: npt.DTypeLike
) -> Shape:
    """Build each layer for the output of the one before; return the last output's shape.

    Raises ArchitectureError, naming the layer, where one does not fit.
    """
    for name, layer in chain.items():
        try:
            shape = layer.output_shape = layer.build(shape, rng, dtype)
        except ArchitectureError as error:
            raise ArchitectureError(f"layer {name}: {error}") from None
    return shape


def forward(chain: Chain, x: Array, step: int | None) -> Array:
    """The output of the last layer."""
    for layer in chain.values():
        x = layer.forward(x, step)
    return x


def backward(chain: Chain, dy: Array) -> Array:
    """Fill the gradients of all layers, the last first; return dx of the first."""
    for layer in reversed(chain.values()):
        dy = layer.backward(dy)
    return dy


def use(chain: Chain, shards: Shards) -> None:
    """Let every layer compute with these shards, those within others too."""
    for _, layer in walk(chain):
        layer.shards = shards


def walk(chain: Chain, prefix: str = "") -> Iterator[tuple[str, Layer]]:
    """Every layer by its path, those within others after them: residual1, residual1.conv1."""
    for name, layer in chain.items():
        yield prefix + name, layer
        yield from walk(layer.inner, f"{prefix}{name}.")
