"""The fully connected layer."""

import numpy as np
import numpy.typing as npt

from nn.arrays import Array, Shape
from nn.initialization import initialiser
from nn.layers.layer import Layer
from nn.ops.normalization import channel_sums
from nn.shards import Shard

TOGETHER = 8  # images; enough of them for a product that is not bound by reading the weights


class Linear(Layer):
    """y = x @ weight + bias.

    x                (N, C)
    params["weight"] (C, D)
    params["bias"]   (D,)    unless bias is off
    y                (N, D)

    `init` names the spread of the first weights (nn.initialization).
    """

    kind = "linear"

    def __init__(self, out_features: int, *, bias: bool = True, init: str = "he_normal") -> None:
        super().__init__()
        self.at_least(1, out_features=out_features)
        self.out_features = out_features
        self.bias = bias
        self.init = initialiser(init)

    def build(self, shape: Shape, rng: np.random.Generator | None, dtype: npt.DTypeLike) -> Shape:
        self.expect(shape, 1, "vectors (C,), as Flatten makes them")
        (c,), d = shape, self.out_features
        weight = self.init((c, d), rng) if rng else np.zeros((c, d))
        bias = {"bias": np.zeros(d, dtype)} if self.bias else {}
        self.learn(weight=weight.astype(dtype), **bias)
        return (d,)

    def forward(self, x: Array, step: int | None = None) -> Array:
        self.x = x
        y = self.buffer("y", (len(x), self.out_features), x.dtype)
        if step is None:
            self._infer(x, y)
            return y

        def work(shard: Shard) -> None:  # some of the units for all images
            part = np.matmul(x, self.params["weight"][:, shard.rows], out=y[:, shard.rows])
            if self.bias:
                part += self.params["bias"][shard.rows]

        self.shards.map(work, self.out_features)
        return y

    def _infer(self, x: Array, y: Array) -> None:
        """A product for every TOGETHER images, the last of them filled up with zeros.

        So the bits of an image do not depend on how many others there are.
        """

        def work(shard: Shard) -> None:
            for i in range(shard.rows.start, shard.rows.stop):
                rows = slice(i * TOGETHER, min((i + 1) * TOGETHER, len(x)))
                given = shard.scratch("x", (TOGETHER, x.shape[1]), x.dtype)
                given[: rows.stop - rows.start] = x[rows]
                given[rows.stop - rows.start :] = 0
                made = shard.scratch("y", (TOGETHER, self.out_features), x.dtype)
                np.matmul(given, self.params["weight"], out=made)
                if self.bias:
                    made += self.params["bias"]
                y[rows] = made[: rows.stop - rows.start]

        self.shards.map(work, -(-len(x) // TOGETHER))

    def backward(self, dy: Array) -> Array:
        def dw(shard: Shard) -> None:  # a part of the inputs for all images: nothing to add up
            np.matmul(self.x[:, shard.rows].T, dy, out=self.grads["weight"][shard.rows])

        def db(shard: Shard, out: Array) -> None:
            channel_sums(dy[shard.rows], out=out, scratch=shard.scratch)

        def dx(shard: Shard) -> None:
            inputs = shard.rows
            np.matmul(dy, self.params["weight"][inputs].T, out=result[:, inputs])

        self.shards.map(dw, self.x.shape[1])
        if self.bias:
            self.shards.sum(db, len(dy), out=self.grads["bias"])
        if not self.needs_dx:
            return dy
        result = self.buffer("dx", self.x.shape, dy.dtype)
        self.shards.map(dx, self.x.shape[1])
        return result
