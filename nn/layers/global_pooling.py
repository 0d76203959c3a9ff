"""Global pooling layers: one number of all the pixels of a channel."""

import numpy as np
import numpy.typing as npt

from nn.arrays import Array, Shape
from nn.layers.layer import Layer
from nn.ops.pooling import global_max_pool2d, global_max_pool2d_dx
from nn.shards import Shard


class GlobalAvgPool2d(Layer):
    """The mean over all pixels of each channel.

    x  (N, H, W, C)
    y  (N, C)
    """

    kind = "average"

    def build(self, shape: Shape, rng: np.random.Generator | None, dtype: npt.DTypeLike) -> Shape:
        self.expect(shape, 3, "images (H, W, C)")
        self.input_shape = shape
        return shape[-1:]

    def forward(self, x: Array, step: int | None = None) -> Array:
        def work(shard: Shard) -> None:
            np.mean(x[shard.rows], axis=(1, 2), out=y[shard.rows])

        y = self.buffer("y", (len(x), x.shape[-1]), x.dtype)
        self.shards.map(work, len(x))
        return y

    def backward(self, dy: Array) -> Array:
        h, w, _ = self.input_shape
        dx = self.buffer("dx", (len(dy), *self.input_shape), dy.dtype)
        dx[...] = (dy / (h * w))[:, None, None, :]
        return dx


class GlobalMaxPool2d(Layer):
    """The largest number of each channel; the gradient goes to the first such number.

    x  (N, H, W, C)
    y  (N, C)
    """

    kind = "maximum"

    def build(self, shape: Shape, rng: np.random.Generator | None, dtype: npt.DTypeLike) -> Shape:
        self.expect(shape, 3, "images (H, W, C)")
        return shape[-1:]

    def forward(self, x: Array, step: int | None = None) -> Array:
        def work(shard: Shard) -> None:
            global_max_pool2d(x[shard.rows], out=y[shard.rows])

        self.x = x
        y = self.buffer("y", (len(x), x.shape[-1]), x.dtype)
        self.shards.map(work, len(x))
        return y

    def backward(self, dy: Array) -> Array:
        def work(shard: Shard) -> None:
            rows = shard.rows
            global_max_pool2d_dx(self.x[rows], dy[rows], out=dx[rows])

        dx = self.buffer("dx", self.x.shape, dy.dtype)
        self.shards.map(work, len(dy))
        return dx
