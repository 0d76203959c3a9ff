"""Gradient descent: plain, with momentum, and with Nesterov's look ahead."""

from typing import ClassVar

import numpy as np

from nn.arrays import Array
from nn.optim.optimizer import Optimizer, Piece


class SGD(Optimizer):
    """Stochastic gradient descent (Robbins and Monro 1951).

    p <- p - lr * g
    """

    def _move(self, at: Piece, lr: float) -> None:
        p, g, _, _ = at
        g *= lr
        p -= g


class Momentum(Optimizer):
    """Descent with momentum (Polyak 1964), in PyTorch's form: the rate outside the velocity.

    v <- mu * v + g
    p <- p - lr * v

    With `rate_inside` the rate of each step stays in the velocity, as in V <- mu V - lr g,
    p <- p + V, where V = -v:

    v <- mu * v + lr * g
    p <- p - v

    The two are equal at a constant rate. When the rate falls, the second goes on for a while at
    the rates of before.
    """

    look_ahead: ClassVar[bool] = False

    def __init__(self, decay: Array, *, momentum: float = 0.9, rate_inside: bool = False) -> None:
        """`momentum`: mu, the share of the velocity that a step keeps."""
        super().__init__(decay)
        self.momentum = momentum
        self.rate_inside = rate_inside
        self.velocity = self.slot("velocity")

    def _move(self, at: Piece, lr: float) -> None:
        p, g, work, _ = at
        v = at.slots["velocity"]
        if self.rate_inside:
            g *= lr
        v *= self.momentum
        v += g
        if self.look_ahead:
            g += np.multiply(v, self.momentum, out=work)
        else:
            np.copyto(g, v)
        if not self.rate_inside:
            g *= lr
        p -= g


class Nesterov(Momentum):
    """Nesterov's momentum (Sutskever et al. 2013), as PyTorch writes it.

    v <- mu * v + g
    p <- p - lr * (g + mu * v)

    With `rate_inside`: v <- mu * v + lr * g, p <- p - (lr * g + mu * v).
    """

    look_ahead = True
