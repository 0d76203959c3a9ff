"""Activation functions, number by number, for inputs of any shape."""

import numpy as np

from nn.arrays import Array, Buffers
from nn.layers.layer import Layer
from nn.ops import activation as ops
from nn.ops.window import tiles
from nn.shards import Shard


class Activation(Layer):
    """y = f(x), of any shape; a kind of it says what f and its slope are.

    Worked through in tiles that stay in cache, since most functions take several passes.
    """

    def forward(self, x: Array, step: int | None = None) -> Array:
        def work(shard: Shard) -> None:
            part, out = x[shard.rows], y[shard.rows]
            for rows in tiles(len(part), part[0].nbytes):
                self.apply(part[rows], out[rows], shard.scratch)

        self.x = x
        y = self.y = self.buffer("y", x.shape, x.dtype)
        self.shards.map(work, len(x))
        return y

    def backward(self, dy: Array) -> Array:
        def work(shard: Shard) -> None:
            x, y, part = self.x[shard.rows], self.y[shard.rows], dy[shard.rows]
            for rows in tiles(len(part), part[0].nbytes):
                self.turn(x[rows], y[rows], part[rows], shard.scratch)

        self.shards.map(work, len(dy))
        return dy

    def apply(self, x: Array, y: Array, scratch: Buffers) -> object:
        """Write f(x) into y."""
        raise NotImplementedError

    def turn(self, x: Array, y: Array, dy: Array, scratch: Buffers) -> object:
        """Turn dy into dx, in place."""
        raise NotImplementedError


class ReLU(Activation):
    """y = max(0, x); the slope at 0 is 0."""

    kind = "relu"

    def apply(self, x: Array, y: Array, scratch: Buffers) -> object:
        return ops.relu(x, out=y)

    def turn(self, x: Array, y: Array, dy: Array, scratch: Buffers) -> object:
        return ops.relu_dx(y, dy, scratch=scratch)


class LeakyReLU(Activation):
    """y = x above 0, else negative_slope * x."""

    kind = "leaky"

    def __init__(self, negative_slope: float = 0.01) -> None:
        super().__init__()
        if not 0 <= negative_slope <= 1:
            self.refuse("negative_slope", "from 0 to 1", negative_slope)
        self.negative_slope = negative_slope

    def apply(self, x: Array, y: Array, scratch: Buffers) -> object:
        return ops.leaky_relu(x, self.negative_slope, out=y)

    def turn(self, x: Array, y: Array, dy: Array, scratch: Buffers) -> object:
        return ops.leaky_relu_dx(x, self.negative_slope, dy, scratch=scratch)


class ELU(Activation):
    """y = x above 0, else alpha (exp(x) - 1)."""

    kind = "elu"

    def __init__(self, alpha: float = 1.0) -> None:
        super().__init__()
        if not 0 <= alpha < np.inf:
            self.refuse("alpha", "a number from 0", alpha)
        self.alpha = alpha

    def apply(self, x: Array, y: Array, scratch: Buffers) -> object:
        return ops.elu(x, self.alpha, out=y, scratch=scratch)

    def turn(self, x: Array, y: Array, dy: Array, scratch: Buffers) -> object:
        return ops.elu_dx(x, self.alpha, dy, scratch=scratch)


class GELU(Activation):
    """y = x Phi(x), Phi the chance that a standard normal number is below x; not the tanh form."""

    kind = "gelu"

    def apply(self, x: Array, y: Array, scratch: Buffers) -> object:
        return ops.gelu(x, out=y, scratch=scratch)

    def turn(self, x: Array, y: Array, dy: Array, scratch: Buffers) -> object:
        return ops.gelu_dx(x, dy, scratch=scratch)


class Softplus(Activation):
    """y = log(1 + exp(x))."""

    kind = "softplus"

    def apply(self, x: Array, y: Array, scratch: Buffers) -> object:
        return ops.softplus(x, out=y, scratch=scratch)

    def turn(self, x: Array, y: Array, dy: Array, scratch: Buffers) -> object:
        return ops.softplus_dx(x, dy, scratch=scratch)


class Sigmoid(Activation):
    """y = 1 / (1 + exp(-x))."""

    kind = "sigmoid"

    def apply(self, x: Array, y: Array, scratch: Buffers) -> object:
        return ops.sigmoid(x, out=y, scratch=scratch)

    def turn(self, x: Array, y: Array, dy: Array, scratch: Buffers) -> object:
        return ops.sigmoid_dx(y, dy, scratch=scratch)


class Tanh(Activation):
    """y = tanh(x)."""

    kind = "tanh"

    def apply(self, x: Array, y: Array, scratch: Buffers) -> object:
        return np.tanh(x, out=y)

    def turn(self, x: Array, y: Array, dy: Array, scratch: Buffers) -> object:
        return ops.tanh_dx(y, dy, scratch=scratch)
