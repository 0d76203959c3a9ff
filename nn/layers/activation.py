"""Activation functions."""

import numpy as np

from nn.arrays import Array
from nn.layers.layer import Layer
from nn.shards import Shard


class ReLU(Layer):
    """y = max(0, x), of any shape; the slope at 0 is 0."""

    kind = "relu"

    def forward(self, x: Array, step: int | None = None) -> Array:
        def work(shard: Shard) -> None:
            np.maximum(x[shard.rows], 0, out=y[shard.rows])

        y = self.y = self.buffer("y", x.shape, x.dtype)
        self.shards.map(work, len(x))
        return y

    def backward(self, dy: Array) -> Array:
        def work(shard: Shard) -> None:
            part, y = dy[shard.rows], self.y[shard.rows]
            part *= np.greater(y, 0, out=shard.scratch("positive", y.shape, bool))

        self.shards.map(work, len(dy))
        return dy
