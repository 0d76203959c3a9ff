"""Dropout: in training a random part of the numbers is silenced."""

import numpy as np
import numpy.typing as npt

from nn.arrays import Array, Shape
from nn.errors import ArchitectureError
from nn.layers.layer import Layer
from nn.ops.dropout import inverted_mask
from nn.shards import Shard


class Dropout(Layer):
    """y = x * mask / (1 - p), mask 0 with probability p; outside training y = x.

    "Inverted": the expected value is kept in training, so inference does nothing. The mask of a
    shard comes from the layer's key, the step and the shard: not from what was drawn before, so
    that a resumed run draws the same, on any number of threads.
    """

    kind = "dropout"

    def __init__(self, p: float = 0.5) -> None:
        super().__init__()
        if not 0 <= p < 1:
            raise ArchitectureError(f"p of Dropout must be at least 0 and below 1, got {p}")
        self.p = p

    def build(self, shape: Shape, rng: np.random.Generator | None, dtype: npt.DTypeLike) -> Shape:
        self.key = int(rng.integers(2**32)) if rng else 0
        return shape

    def forward(self, x: Array, step: int | None = None) -> Array:
        self.in_training = step is not None
        if step is None:
            return x

        def work(shard: Shard) -> None:
            rng = np.random.default_rng((self.key, step, shard.index))
            part = mask[shard.rows]
            chance = shard.scratch("chance", part.shape, np.float32)
            rng.random(out=chance, dtype=np.float32)
            inverted_mask(chance, self.p, out=part, scratch=shard.scratch)
            np.multiply(x[shard.rows], part, out=y[shard.rows])

        y = self.buffer("y", x.shape, x.dtype)
        mask = self.mask = self.buffer("mask", x.shape, x.dtype)
        self.shards.map(work, len(x))
        return y

    def backward(self, dy: Array) -> Array:
        if self.in_training:
            dy *= self.mask
        return dy
