"""RMSProp: AdaGrad that forgets."""

import numpy as np

from nn.arrays import Array
from nn.optim.optimizer import Optimizer, Piece, root


class RMSProp(Optimizer):
    """RMSProp (Tieleman and Hinton 2012, lecture 6e), in PyTorch's form: eps outside the root.

    h <- rho * h + (1 - rho) * g^2
    p <- p - lr * g / (sqrt(h) + eps)

    With `eps_inside` the divisor is sqrt(h + eps), as in Keras.
    """

    def __init__(
        self, decay: Array, *, rho: float = 0.99, eps: float = 1e-8, eps_inside: bool = False
    ) -> None:
        """`rho`: the share of h that a step keeps."""
        super().__init__(decay)
        self.rho = rho
        self.eps = eps
        self.eps_inside = eps_inside
        self.h = self.slot("h")

    def _move(self, at: Piece, lr: float) -> None:
        p, g, work, _ = at
        h = at.slots["h"]
        np.multiply(g, g, out=work)
        work *= 1 - self.rho
        h *= self.rho
        h += work
        g /= root(h, self.eps, inside=self.eps_inside, out=work)
        g *= lr
        p -= g
