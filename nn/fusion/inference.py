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
from nn.ops.planes import gathered, max_of, patches
from nn.ops.window import tiles_within
from nn.shards import Shard


class InferenceBlock(Block):
    """y = pool(relu(norm(conv(x)))), normalisation, ReLU and pooling where there are some.

    A product an image, so that the bits of an image do not depend on its neighbours.
    """

    def forward(self, x: Array, step: int | None = None) -> Array:
        def work(shard: Shard) -> None:
            for rows in tiles_within(shard.rows, each):
                out = y[rows]
                self._convolve(x[rows], kernel, out, shard.scratch)
                lines = in_runs(out, bias)
                lines += bias
                if self.relu:
                    np.maximum(lines, 0, out=lines)

        kernel, shift = self._map()
        each = math.prod(self.conv.output_shape[:2]) * sum(kernel.shape) * kernel.itemsize
        y = self.buffer("y", (len(x), *self.output_shape), x.dtype)
        bias = wide(shift, y)
        self.shards.map(work, len(x))
        return y

    def _convolve(self, x: Array, kernel: Array, out: Array, scratch: Buffers) -> None:
        """The largest numbers of the windows, or all; an image's planes stand together here."""
        n, count = len(out), math.prod(self.pool)
        window = self.conv.window
        seen = patches(bordered(x, window, scratch), window, self.pool)
        col = gathered(seen.transpose(2, 0, 1, 3, 4, 5, 6, 7), scratch).reshape(n, -1, len(kernel))
        made = out
        if count > 1:
            made = scratch("made", (n, count, *self.output_shape), x.dtype)
        np.matmul(col, kernel, out=made.reshape(n, -1, out.shape[-1], copy=False))
        if count > 1:
            max_of(made.swapaxes(0, 1), out=out)

    def _map(self) -> tuple[Array, Array]:
        """The kernel (K L C, D) and the bias (D,) that do what convolution and norm do."""
        weight = self.conv.params["weight"]
        kernel = weight.reshape(-1, weight.shape[-1])
        shift = self.conv.params.get("bias", np.zeros(weight.shape[-1], weight.dtype))
        if self.norm is None:
            return kernel, shift
        gamma, beta = self.norm.params["gamma"], self.norm.params["beta"]
        scale = gamma / np.sqrt(self.norm.running["var"] + self.norm.eps)
        return kernel * scale, beta + (shift - self.norm.running["mean"]) * scale
