"""Pooling layers: from many pixels to fewer."""

import numpy as np
import numpy.typing as npt

from nn.arrays import Array, Shape
from nn.errors import ArchitectureError
from nn.layers.layer import Layer
from nn.ops.pooling import max_pool2d, max_pool2d_dx
from nn.ops.window import Window
from nn.shards import Shard


class MaxPool2d(Layer):
    """The largest number under each window, as PyTorch's MaxPool2d.

    x  (N, H, W, C)
    y  (N, H', W', C)  H' = (H + 2 padding - K) / stride + 1, floored; stride K unless given
    """

    kind = "pool"

    def __init__(self, kernel_size: int, *, stride: int = 0, padding: int = 0) -> None:
        super().__init__()
        self.at_least(1, kernel_size=kernel_size)
        self.at_least(0, stride=stride, padding=padding)
        self.window = Window(kernel_size, stride or kernel_size, padding)
        if 2 * padding > kernel_size:
            raise ArchitectureError(
                f"padding must be at most half of kernel_size {kernel_size}, got {padding}"
            )

    def build(self, shape: Shape, rng: np.random.Generator | None, dtype: npt.DTypeLike) -> Shape:
        self.expect(shape, 3, "images (H, W, C)")
        h, w, c = shape
        self.output_shape = (self.window.output(h), self.window.output(w), c)
        if min(self.output_shape) < 1:
            raise ArchitectureError(
                f"a window of {self.window.kernel} pixels does not fit an image of {h} x {w}; "
                "it takes larger images or fewer layers"
            )
        return self.output_shape

    def forward(self, x: Array, step: int | None = None) -> Array:
        def work(shard: Shard) -> None:
            max_pool2d(x[shard.rows], self.window, out=y[shard.rows], scratch=shard.scratch)

        y = self.buffer("y", (len(x), *self.output_shape), x.dtype)
        self.x, self.y = x, y
        self.shards.map(work, len(x))
        return y

    def backward(self, dy: Array) -> Array:
        def work(shard: Shard) -> None:
            rows = shard.rows
            max_pool2d_dx(
                self.x[rows],
                self.y[rows],
                dy[rows],
                self.window,
                out=dx[rows],
                scratch=shard.scratch,
            )

        dx = self.buffer("dx", self.x.shape, dy.dtype)
        self.shards.map(work, len(dy))
        return dx


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
