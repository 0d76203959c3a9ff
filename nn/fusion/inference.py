"""Convolution, batch normalisation, ReLU and max pooling as one layer, for inference.

The normalisation is a part of the kernel then (nn.folding has the formula), pooling comes before
the bias and ReLU, which so touch few numbers, and a tile is done with while it is in cache.
"""

import math

import numpy as np

from nn.arrays import Array, Buffers
from nn.fusion.block import Block
from nn.ops.normalization import in_runs, wide
from nn.ops.padding import bordered
from nn.ops.planes import NO_POOL, max_of
from nn.ops.window import tiles_within
from nn.shards import Shard


class InferenceBlock(Block):
    """y = pool(relu(norm(conv(x)))), normalisation, ReLU and pooling where there are some."""

    def forward(self, x: Array, step: int | None = None) -> Array:
        def work(shard: Shard) -> None:
            for rows in tiles_within(shard.rows, self.product.bytes_an_image(self._itemsize)):
                out = y[rows]
                self._convolve(x[rows], out, shard.scratch)
                lines = in_runs(out, bias)
                lines += bias
                if self.relu:
                    np.maximum(lines, 0, out=lines)

        kernel, shift = self._map()
        self.product.use(kernel)
        y = self.buffer("y", (len(x), *self.output_shape), x.dtype)
        bias = wide(shift, y)
        self.shards.map(work, len(x))
        return y

    def _convolve(self, x: Array, out: Array, scratch: Buffers) -> None:
        """The largest numbers of the windows, or all."""
        shape = (math.prod(self.pool), *out.shape)
        pooled = self.pool != NO_POOL
        planes = scratch("planes", shape, x.dtype) if pooled else out.reshape(shape, copy=False)
        self.product.forward(bordered(x, self.conv.window, scratch), planes, scratch)
        if pooled:
            max_of(planes, out=out)

    def _map(self) -> tuple[Array, Array]:
        """The kernel (K, L, C, D) and the bias (D,) that do what convolution and norm do."""
        kernel = self.conv.params["weight"]
        shift = self.conv.params.get("bias", np.zeros(kernel.shape[-1], kernel.dtype))
        if self.norm is None:
            return kernel, shift
        gamma, beta = self.norm.params["gamma"], self.norm.params["beta"]
        scale = gamma / np.sqrt(self.norm.running["var"] + self.norm.eps)
        return kernel * scale, beta + (shift - self.norm.running["mean"]) * scale
