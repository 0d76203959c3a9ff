"""Batch normalisation, with the conventions of PyTorch."""

import numpy as np
import numpy.typing as npt

from nn.arrays import Array, Shape
from nn.layers.layer import Layer
from nn.ops.normalization import center, channel_sums, combine, product_sums, scale_shift
from nn.shards import Shard


class BatchNorm(Layer):
    """y = gamma * (x - mean) / sqrt(var + eps) + beta, per channel (arXiv 1502.03167).

    x                (N, H, W, C) or (N, C)
    params["gamma"]  (C,)
    params["beta"]   (C,)
    running["mean"]  (C,)
    running["var"]   (C,)
    y                as x

    In training mean and (biased) variance are those of the whole batch, over all its shards; the
    running ones move towards them by `momentum`, the running variance towards the unbiased one.
    Outside training the running ones are used.
    """

    kind = "norm"

    def __init__(self, *, momentum: float = 0.1, eps: float = 1e-5) -> None:
        super().__init__()
        if not 0 <= momentum <= 1:
            self.refuse("momentum", "from 0 to 1", momentum)
        if not 0 < eps < np.inf:
            self.refuse("eps", "above 0", eps)
        self.momentum = momentum
        self.eps = eps

    def build(self, shape: Shape, rng: np.random.Generator | None, dtype: npt.DTypeLike) -> Shape:
        c = shape[-1]
        self.learn(gamma=np.ones(c, dtype), beta=np.zeros(c, dtype))
        self.running = {"mean": np.zeros(c, dtype), "var": np.ones(c, dtype)}
        return shape

    def forward(self, x: Array, step: int | None = None) -> Array:
        y = self.buffer("y", x.shape, x.dtype)
        self.x, self.in_training = x, step is not None
        if step is None:
            mean, var, source = self.running["mean"], self.running["var"], x
        else:
            mean, var = self._statistics(x)
            self.remember(mean, var, x.size // x.shape[-1])
            source, mean = self.centered, np.zeros_like(mean)
        self.rstd = 1 / np.sqrt(var + self.eps)
        scale = self.params["gamma"] * self.rstd
        shift = self.params["beta"] - mean * scale

        def work(shard: Shard) -> None:
            scale_shift(source[shard.rows], scale, shift, out=y[shard.rows])

        self.shards.map(work, len(x))
        return y

    def _statistics(self, x: Array) -> tuple[Array, Array]:
        """Mean and variance in two passes, since E(x^2) - E(x)^2 cancels; keeps x - mean."""

        def sums(shard: Shard, out: Array) -> None:
            channel_sums(x[shard.rows], out=out)

        def squares(shard: Shard, out: Array) -> None:
            rows = shard.rows
            center(x[rows], mean, out=centered[rows], squares=out, scratch=shard.scratch)

        centered = self.centered = self.buffer("centered", x.shape, x.dtype)
        mean, var = np.empty_like(self.running["mean"]), np.empty_like(self.running["var"])
        self.shards.sum(sums, len(x), out=mean)
        mean /= x.size // x.shape[-1]
        self.shards.sum(squares, len(x), out=var)
        var /= x.size // x.shape[-1]
        return mean, var

    def remember(self, mean: Array, var: Array, count: int) -> None:
        """Move the running statistics towards those of a batch, (C,), over `count` numbers each."""
        unbiased = var * (count / max(count - 1, 1))
        for name, value in ("mean", mean), ("var", unbiased):
            self.running[name] += self.momentum * (value - self.running[name])

    def backward(self, dy: Array) -> Array:
        """With u = (x - mean) rstd: dx = gamma rstd (dy - mean(dy) - u mean(dy u)).

        After an inference mean and rstd are constants, and dx = gamma rstd dy.
        """
        return self._backward(dy) if self.in_training else self._backward_fixed(dy)

    def _backward_fixed(self, dy: Array) -> Array:
        axes = tuple(range(dy.ndim - 1))
        u = (self.x - self.running["mean"]) * self.rstd
        np.sum(dy, axis=axes, out=self.grads["beta"])
        np.sum(dy * u, axis=axes, out=self.grads["gamma"])
        dy *= self.params["gamma"] * self.rstd
        return dy

    def _backward(self, dy: Array) -> Array:
        def dbeta(shard: Shard, out: Array) -> None:
            channel_sums(dy[shard.rows], out=out)

        def dgamma(shard: Shard, out: Array) -> None:
            rows = shard.rows
            product_sums(dy[rows], self.centered[rows], out=out, scratch=shard.scratch)

        def work(shard: Shard) -> None:
            rows = shard.rows
            combine(dy[rows], a, self.centered[rows], b, c, scratch=shard.scratch)

        self.shards.sum(dbeta, len(dy), out=self.grads["beta"])
        self.shards.sum(dgamma, len(dy), out=self.grads["gamma"])
        self.grads["gamma"] *= self.rstd
        a = self.params["gamma"] * self.rstd
        m = dy.size // dy.shape[-1]
        b = a * self.rstd * self.grads["gamma"] / -m
        c = a * self.grads["beta"] / -m
        self.shards.map(work, len(dy))
        return dy
