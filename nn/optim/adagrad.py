"""AdaGrad: a rate of its own for every parameter, which only falls."""

import numpy as np

from nn.arrays import Array
from nn.optim.optimizer import Optimizer, Piece, root


class AdaGrad(Optimizer):
    """AdaGrad (Duchi, Hazan and Singer 2011), in PyTorch's form: eps outside the root.

    h <- h + g^2
    p <- p - lr * g / (sqrt(h) + eps)

    With `eps_inside` the divisor is sqrt(h + eps), as in Keras, which starts with h = 0.1.
    """

    def __init__(
        self,
        decay: Array,
        *,
        eps: float = 1e-10,
        eps_inside: bool = False,
        initial: float = 0.0,
    ) -> None:
        """`initial`: h before the first step."""
        super().__init__(decay)
        self.eps = eps
        self.eps_inside = eps_inside
        self.h = self.slot("h", initial)

    def _move(self, at: Piece, lr: float) -> None:
        p, g, work, _ = at
        h = at.slots["h"]
        h += np.multiply(g, g, out=work)
        g /= root(h, self.eps, inside=self.eps_inside, out=work)
        g *= lr
        p -= g
