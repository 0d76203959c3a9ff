"""Local response normalisation."""

import numpy as np
import numpy.typing as npt

from nn.arrays import Array, Shape
from nn.layers.layer import Layer
from nn.ops.response import band, local_response, local_response_dx
from nn.shards import Shard


class LocalResponseNorm(Layer):
    """A channel damped by its neighbours, as PyTorch's LocalResponseNorm (nn.ops.response).

    x  (N, H, W, C)
    y  (N, H, W, C)
    """

    kind = "response"

    def __init__(
        self, size: int, *, alpha: float = 1e-4, beta: float = 0.75, k: float = 1.0
    ) -> None:
        super().__init__()
        self.at_least(1, size=size)
        if not 0 <= alpha < np.inf:
            self.refuse("alpha", "a number from 0", alpha)
        if not np.isfinite(beta):
            self.refuse("beta", "a number", beta)
        if not 0 < k < np.inf:
            self.refuse("k", "above 0", k)
        self.size = size
        self.alpha, self.beta, self.k = alpha / size, beta, k

    def build(self, shape: Shape, rng: np.random.Generator | None, dtype: npt.DTypeLike) -> Shape:
        self.expect(shape, 3, "images (H, W, C)")
        self.near = band(shape[-1], self.size, dtype)
        return shape

    def forward(self, x: Array, step: int | None = None) -> Array:
        def work(shard: Shard) -> None:
            rows = shard.rows
            local_response(
                x[rows],
                self.near,
                alpha=self.alpha,
                beta=self.beta,
                bias=self.k,
                out=y[rows],
                sums=sums[rows],
            )

        self.x = x
        y = self.buffer("y", x.shape, x.dtype)
        sums = self.sums = self.buffer("sums", x.shape, x.dtype)
        self.shards.map(work, len(x))
        return y

    def backward(self, dy: Array) -> Array:
        def work(shard: Shard) -> None:
            rows, scratch = shard.rows, shard.scratch
            x, sums, part = self.x[rows], self.sums[rows], dy[rows]
            local_response_dx(
                x, sums, part, self.near, alpha=self.alpha, beta=self.beta, scratch=scratch
            )

        self.shards.map(work, len(dy))
        return dy
