"""The convolution layer."""

import numpy as np
import numpy.typing as npt

from nn.arrays import Array, Shape
from nn.errors import ArchitectureError
from nn.initialization import initialiser
from nn.layers.sliding import Sliding
from nn.ops import convolution
from nn.ops.normalization import channel_sums, shift
from nn.ops.window import Size
from nn.shards import Shard


class Conv2d(Sliding):
    """Convolution over H and W, as PyTorch's Conv2d with the channels last.

    x                (N, H, W, C)
    params["weight"] (K, L, C / groups, D)   K rows, L columns
    params["bias"]   (D,)                    unless bias is off, as before a batch normalisation
    y                (N, H', W', D)

    Of `groups`, each makes a part of the outputs from its part of the channels. `init` names the
    spread of the first weights (nn.initialization).
    """

    kind = "conv"

    def __init__(
        self,
        out_channels: int,
        kernel_size: Size,
        *,
        stride: Size = 1,
        padding: Size = 0,
        dilation: Size = 1,
        groups: int = 1,
        bias: bool = True,
        init: str = "he_normal",
    ) -> None:
        super().__init__()
        self.at_least(1, out_channels=out_channels, groups=groups)
        self.slide(kernel_size, stride, padding, dilation)
        if out_channels % groups:
            self.refuse("out_channels", f"a multiple of its {groups} groups", out_channels)
        self.out_channels = out_channels
        self.groups = groups
        self.bias = bias
        self.init = initialiser(init)

    def build(self, shape: Shape, rng: np.random.Generator | None, dtype: npt.DTypeLike) -> Shape:
        self.output_shape = (*self.places(shape), self.out_channels)
        if shape[-1] % self.groups:
            raise ArchitectureError(
                f"{self.groups} groups cannot share the {shape[-1]} channels of the input evenly"
            )
        (rows, columns), c, d = self.window, shape[-1] // self.groups, self.out_channels
        kernel = (rows.kernel, columns.kernel, c, d)
        weight = self.init(kernel, rng) if rng else np.zeros(kernel)
        bias = {"bias": np.zeros(d, dtype)} if self.bias else {}
        self.learn(weight=weight.astype(dtype), **bias)
        return self.output_shape

    def forward(self, x: Array, step: int | None = None) -> Array:
        self.x = x
        y = self.buffer("y", (len(x), *self.output_shape), x.dtype)

        def work(shard: Shard) -> None:
            out, weight, scratch = y[shard.rows], self.params["weight"], shard.scratch
            convolution.conv2d(x[shard.rows], weight, self.window, out=out, scratch=scratch)
            if self.bias:
                shift(out, self.params["bias"])

        self.shards.map(work, len(x))
        return y

    def backward(self, dy: Array) -> Array:
        weight, window = self.params["weight"], self.window

        def dw(shard: Shard, out: Array) -> None:
            x = self.x[shard.rows]
            convolution.conv2d_dw(x, dy[shard.rows], window, out=out, scratch=shard.scratch)

        def db(shard: Shard, out: Array) -> None:
            channel_sums(dy[shard.rows], out=out)

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
