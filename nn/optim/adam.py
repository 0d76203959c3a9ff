"""Adam and AdamW: momentum and a rate of its own for every parameter, both unbiased."""

import math

import numpy as np

from nn.arrays import Array
from nn.optim.optimizer import Optimizer, Piece


class Adam(Optimizer):
    """Adam (arXiv 1412.6980) with L2 decay, in PyTorch's form: eps after the bias correction.

    m <- b1 m + (1 - b1) g
    v <- b2 v + (1 - b2) g^2
    p <- p - lr * (m / (1 - b1^t)) / (sqrt(v / (1 - b2^t)) + eps)

    With `eps_hat` eps is added before the correction, as in the paper's section 2 and in Keras:

    p <- p - lr * sqrt(1 - b2^t) / (1 - b1^t) * m / (sqrt(v) + eps)
    """

    def __init__(
        self,
        decay: Array,
        *,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        eps_hat: bool = False,
    ) -> None:
        """`betas`: b1 and b2, the shares of m and v that a step keeps."""
        super().__init__(decay)
        self.betas = betas
        self.eps = eps
        self.eps_hat = eps_hat
        self.m = self.slot("m")
        self.v = self.slot("v")

    def _move(self, at: Piece, lr: float) -> None:
        p, g, work, _ = at
        m, v, (b1, b2) = at.slots["m"], at.slots["v"], self.betas
        m *= b1
        m += np.multiply(g, 1 - b1, out=work)
        v *= b2
        g *= g
        v += np.multiply(g, 1 - b2, out=work)
        root = math.sqrt(1 - b2**self.steps)  # taken out of the division: a pass less
        np.sqrt(v, out=work)
        work += self.eps if self.eps_hat else self.eps * root
        np.divide(m, work, out=work)
        work *= lr * root / (1 - b1**self.steps)
        p -= work


class AdamW(Adam):
    """Adam with decay apart from the gradient (arXiv 1711.05101), as PyTorch's AdamW.

    p <- p - lr * decay * p    before Adam's step on the gradient as it came
    """

    decoupled = True
