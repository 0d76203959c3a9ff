"""Pooling layers: from many pixels to fewer."""

import numpy as np
import numpy.typing as npt

from nn.arrays import Array, Shape
from nn.errors import ArchitectureError
from nn.layers.sliding import Sliding
from nn.ops.averaging import avg_pool2d, avg_pool2d_dx, pixels_seen
from nn.ops.pooling import max_pool2d, max_pool2d_dx
from nn.ops.window import Size
from nn.shards import Shard


class Pool2d(Sliding):
    """A layer that makes one number of all that a window sees in a channel.

    x  (N, H, W, C)
    y  (N, H', W', C)   stride as the kernel unless given
    """

    def __init__(
        self,
        kernel_size: Size,
        *,
        stride: Size = 0,
        padding: Size = 0,
        dilation: Size = 1,
        ceil: bool = False,
    ) -> None:
        super().__init__()
        self.slide(kernel_size, stride or kernel_size, padding, dilation, ceil=ceil)

    def build(self, shape: Shape, rng: np.random.Generator | None, dtype: npt.DTypeLike) -> Shape:
        self.input_shape = shape
        self.output_shape = (*self.places(shape), shape[-1])
        if pixels_seen(self.window, *shape[:2], padding=False).min() < 1:
            raise ArchitectureError("padding so wide that a window sees nothing else does not fit")
        return self.output_shape


class MaxPool2d(Pool2d):
    """The largest number under each window, as PyTorch's MaxPool2d; padding never wins."""

    kind = "pool"

    def forward(self, x: Array, step: int | None = None) -> Array:
        def work(shard: Shard) -> None:
            max_pool2d(x[shard.rows], self.window, out=y[shard.rows], scratch=shard.scratch)

        y = self.buffer("y", (len(x), *self.output_shape), x.dtype)
        self.x, self.y = x, y
        self.shards.map(work, len(x))
        return y

    def backward(self, dy: Array) -> Array:
        def work(shard: Shard) -> None:
            rows, scratch = shard.rows, shard.scratch
            x, y = self.x[rows], self.y[rows]
            max_pool2d_dx(x, y, dy[rows], self.window, out=dx[rows], scratch=scratch)

        dx = self.buffer("dx", self.x.shape, dy.dtype)
        self.shards.map(work, len(dy))
        return dx


class AvgPool2d(Pool2d):
    """The mean under each window, as PyTorch's AvgPool2d, but for the dilation, which it lacks.

    Zeros of the padding count as pixels, unless `count_include_pad` is off; what a window hangs
    over with `ceil` never does.
    """

    kind = "avgpool"

    def __init__(
        self,
        kernel_size: Size,
        *,
        stride: Size = 0,
        padding: Size = 0,
        dilation: Size = 1,
        ceil: bool = False,
        count_include_pad: bool = True,
    ) -> None:
        super().__init__(kernel_size, stride=stride, padding=padding, dilation=dilation, ceil=ceil)
        self.count_include_pad = count_include_pad

    def forward(self, x: Array, step: int | None = None) -> Array:
        def work(shard: Shard) -> None:
            out, scratch = y[shard.rows], shard.scratch
            avg_pool2d(x[shard.rows], self.window, padding=counted, out=out, scratch=scratch)

        counted = self.count_include_pad
        y = self.buffer("y", (len(x), *self.output_shape), x.dtype)
        self.shards.map(work, len(x))
        return y

    def backward(self, dy: Array) -> Array:
        def work(shard: Shard) -> None:
            out, scratch = dx[shard.rows], shard.scratch
            avg_pool2d_dx(dy[shard.rows], self.window, padding=counted, out=out, scratch=scratch)

        counted = self.count_include_pad
        dx = self.buffer("dx", (len(dy), *self.input_shape), dy.dtype)
        self.shards.map(work, len(dy))
        return dx
