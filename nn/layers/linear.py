"""The fully connected layer."""

import numpy as np
import numpy.typing as npt

from nn.arrays import Array, Shape
from nn.initialization import initialiser
from nn.layers.layer import Layer
from nn.shards import Shard


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

        def compute(units: slice) -> None:
            part = np.matmul(x, self.params["weight"][:, units], out=y[:, units])
            if self.bias:
                part += self.params["bias"][units]

        if len(x) == 1:  # a product of one row is done before a thread has woken up
            compute(slice(None))
        else:
            self.shards.map(lambda shard: compute(shard.rows), self.out_features)
        return y

    def backward(self, dy: Array) -> Array:
        def work(shard: Shard) -> None:  # some of the inputs for all images: nothing to add up
            inputs = shard.rows
            np.matmul(self.x[:, inputs].T, dy, out=self.grads["weight"][inputs])
            if self.needs_dx:
                np.matmul(dy, self.params["weight"][inputs].T, out=dx[:, inputs])

        dx = self.buffer("dx", self.x.shape, dy.dtype) if self.needs_dx else dy
        self.shards.map(work, self.x.shape[1])
        if self.bias:
            np.sum(dy, axis=0, out=self.grads["bias"])
        return dx
