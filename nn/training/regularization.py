"""L1 regularisation, which drives weights to zero; L2 and decoupled decay belong to nn.optim."""

import numpy as np

from nn.arrays import Array


class L1:
    """The penalty sum of strength * |p| over parameters p (P,), by one of two ways.

    By its subgradient it joins the gradient before a step; weights then tremble about zero.
    By its proximal operator it acts after the step, whatever the optimizer, and weights become
    zeros (Parikh and Boyd 2014, section 6.5.2):

    g <- g + strength * sign(p)
    p <- sign(p) * max(|p| - lr * strength, 0)
    """

    def __init__(self, strength: Array) -> None:
        """`strength` (P,): zero for parameters that are left alone."""
        self.strength = strength
        self._threshold = np.empty_like(strength)
        self._work = np.empty_like(strength)

    def add_subgradient(self, p: Array, g: Array) -> None:
        """Before a step: add the slope of the penalty at p to g, 0 where p is 0."""
        work = np.sign(p, out=self._work)
        work *= self.strength
        g += work

    def shrink(self, p: Array, lr: float) -> None:
        """After a step at rate lr: move p towards zero by lr * strength, and not beyond."""
        threshold, work = np.multiply(self.strength, lr, out=self._threshold), self._work
        np.minimum(p, threshold, out=work)
        np.maximum(work, np.negative(threshold, out=threshold), out=work)
        p -= work

    def penalty(self, p: Array) -> float:
        """What is added to the loss."""
        return float(np.dot(self.strength, np.abs(p)))
