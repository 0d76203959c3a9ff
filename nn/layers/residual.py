"""The residual block: what its layers add to the input."""

from collections.abc import Sequence
from copy import copy
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from nn.arrays import Array, Buffers, Shape
from nn.errors import ArchitectureError
from nn.layers import chain
from nn.layers.chain import Chain
from nn.layers.layer import Layer
from nn.ops import activation
from nn.ops.window import tiles_within
from nn.shards import Shard

Layers: TypeAlias = Sequence[Layer]


class Residual(Layer):
    """y = layers(x) + shortcut(x), the shortcut x itself unless layers are given for it.

    x  (N, ...)
    y  of the shape that the layers make, and the shortcut too

    He et al. 2015, arXiv 1512.03385; a projection shortcut is a convolution of 1 pixel with the
    stride and channels of the block. An activation after the sum is a layer of its own.
    """

    kind = "residual"

    relu = False  # whether the ReLU after the sum is computed with it

    def __init__(self, layers: Layers, *, shortcut: Layers = ()) -> None:
        super().__init__()
        self.block = chain.numbered(layers)
        self.shortcut = chain.numbered(shortcut)

    @property
    def inner(self) -> Chain:
        """The layers of both chains, by their paths."""
        return self.block | {f"shortcut.{name}": layer for name, layer in self.shortcut.items()}

    def made_of(self, block: Chain, shortcut: Chain, *, relu: bool = False) -> "Residual":
        """The same as built, with other layers that do what its own do, and perhaps a ReLU."""
        other = copy(self)
        other.buffer = Buffers()
        other.block, other.shortcut, other.relu = block, shortcut, relu
        return other

    def build(self, shape: Shape, rng: np.random.Generator | None, dtype: npt.DTypeLike) -> Shape:
        made = chain.build(self.block, shape, rng, dtype)
        beside = chain.build(self.shortcut, shape, rng, dtype)
        if made != beside:
            raise ArchitectureError(
                f"the layers of the block make {made} an image, its shortcut {beside}; "
                "it takes a shortcut with a convolution of 1 pixel of the same stride and channels"
            )
        return made

    def forward(self, x: Array, step: int | None = None) -> Array:
        def work(shard: Shard) -> None:
            for rows in tiles_within(shard.rows, y[0].nbytes):
                part = np.add(made[rows], beside[rows], out=y[rows])
                if self.relu:
                    activation.relu(part, out=part)

        made = chain.forward(self.block, x, step)
        beside = chain.forward(self.shortcut, x, step)
        y = self.y = self.buffer("y", made.shape, x.dtype)
        self.shards.map(work, len(x))
        return y

    def backward(self, dy: Array) -> Array:
        def split(shard: Shard) -> None:
            for rows in tiles_within(shard.rows, dy[0].nbytes):
                if self.relu:
                    activation.relu_dx(self.y[rows], dy[rows], scratch=shard.scratch)
                np.copyto(other[rows], dy[rows])

        def add(shard: Shard) -> None:
            part = dx[shard.rows]
            part += beside[shard.rows]

        other = self.buffer("dy", dy.shape, dy.dtype)  # a layer may overwrite its dy
        self.shards.map(split, len(dy))
        dx, beside = chain.backward(self.block, dy), chain.backward(self.shortcut, other)
        self.shards.map(add, len(dx))
        return dx
