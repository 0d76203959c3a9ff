"""The convolution layer."""

import numpy as np
import numpy.typing as npt

from nn.arrays import Array, Shape
from nn.errors import ArchitectureError
from nn.initialization import he_normal
from nn.layers.layer import Layer
from nn.ops import convolution
from nn.ops.normalization import channel_sums
from nn.ops.window import Window
from nn.shards import Shard


class Conv2d(Layer):
    """Convolution over H and W, as PyTorch's Conv2d with the channels last.

    x                (N, H, W, C)
    params["weight"] (K, K, C, D)
    params["bias"]   (D,)            unless bias is off, as before a batch normalisation
    y                (N, H', W', D)  H' = (H + 2 padding - K) / stride + 1, floored
    """

    kind = "conv"

    def __init__(
        self,
        out_channels: int,
        kernel_size: int,
        *,
        stride: int = 1,
        padding: int = 0,
        bias: bool = True,
    ) -> None:
        super().__init__()
        self.at_least(1, out_channels=out_channels, kernel_size=kernel_size, stride=stride)
        self.at_least(0, padding=padding)
        self.out_channels = out_channels
        self.window = Window(kernel_size, stride, padding)
        self.bias = bias

    def build(self, shape: Shape, rng: np.random.Generator | None, dtype: npt.DTypeLike) -> Shape:
        self.expect(shape, 3, "images (H, W, C)")
        (h, w, c), k, d = shape, self.window.kernel, self.out_channels
        self.output_shape = (self.window.output(h), self.window.output(w), d)
        if min(self.output_shape) < 1:
            raise ArchitectureError(
                f"a kernel of {k} pixels does not fit an image of {h} x {w}; "
                "it takes larger images or fewer layers"
            )
        weight = he_normal((k, k, c, d), rng) if rng else np.zeros((k, k, c, d))
        bias = {"bias": np.zeros(d, dtype)} if self.bias else {}
        self.learn(weight=weight.astype(dtype), **bias)
        return self.output_shape

    def forward(self, x: Array, step: int | None = None) -> Array:
        self.x = x
        y = self.buffer("y", (len(x), *self.output_shape), x.dtype)
        self.shards.map(lambda shard: self._forward(shard, x, y), len(x))
        return y

    def _forward(self, shard: Shard, x: Array, y: Array) -> None:
        part, weight = y[shard.rows], self.params["weight"]
        convolution.conv2d(x[shard.rows], weight, self.window, out=part, scratch=shard.scratch)
        if self.bias:
            part += self.params["bias"]

    def backward(self, dy: Array) -> Array:
        weight, window = self.params["weight"], self.window

        def dw(shard: Shard, out: Array) -> None:
            x = self.x[shard.rows]
            convolution.conv2d_dw(x, dy[shard.rows], window, out=out, scratch=shard.scratch)

        def db(shard: Shard, out: Array) -> None:
            channel_sums(dy[shard.rows], out=out, scratch=shard.scratch)

        def dx(shard: Shard) -> None:
            rows, scratch = shard.rows, shard.scratch
            convolution.conv2d_dx(dy[rows], weight, window, out=result[rows], scratch=scratch)

        self.shards.sum(dw, len(dy), out=self.grads["weight"])
        if self.bias:
            self.shards.sum(db, len(dy), out=self.grads["bias"])
        if not self.needs_dx:
            return dy
        result = self.buffer("dx", self.x.shape, dy.dtype)
        self.shards.map(dx, len(dy))
        return result
