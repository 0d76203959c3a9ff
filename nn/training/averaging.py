"""Averaging of weights over steps, and the model that has the average for its weights.

Running statistics of batch normalisations belong to the weights they were measured with. They are
not averaged: for the averaged weights they are measured anew on training images, as the authors
of stochastic weight averaging do (arXiv 1803.05407, section 3.2).
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import numpy as np

from nn.arrays import Array
from nn.errors import StateError
from nn.layers import BatchNorm
from nn.model import Sequential


class Average:
    """A mean of the parameter vectors (P,) it was given; the older ones fade by `decay` a step.

    a <- a + (p - a) * (1 - decay) / (1 - decay^t)    an exponential mean, unbiased as Adam's are
    a <- a + (p - a) / t                              the plain mean, where decay is 1
    """

    def __init__(self, like: Array, decay: float) -> None:
        """`like`: a vector of the same shape and type; 0 < decay <= 1."""
        self.decay = decay
        self.count = 0
        self.value = np.zeros_like(like)
        self._work = np.empty_like(like)

    def add(self, p: Array) -> None:
        """Take in the parameters p (P,) after one more step."""
        self.count += 1
        plain = self.decay == 1
        weight = 1 / self.count if plain else (1 - self.decay) / (1 - self.decay**self.count)
        work = np.subtract(p, self.value, out=self._work)
        work *= weight
        self.value += work

    def state(self) -> dict[str, Array]:
        """The mean, as it is (not copied), and of how many."""
        return {"value": self.value, "count": np.array(self.count)}

    def load_state(self, state: dict[str, Array]) -> None:
        """Go on from a saved state. Raises StateError if it is another model's."""
        if state.keys() != self.state().keys() or state["value"].shape != self.value.shape:
            raise StateError(f"the averaged weights do not fit the model: {sorted(state)}")
        self.value[...] = state["value"]
        self.count = int(state["count"])


@contextmanager
def averaged(model: Sequential, average: Average, images: Iterable[Array]) -> Iterator[None]:
    """Within this context the model has the averaged weights, and running statistics of theirs.

    Afterwards it is as it was. `images` are batches (n, H, W, C) as training sees them.
    """
    before = {name: array.copy() for name, array in model.state().items()}
    try:
        model.theta[...] = average.value
        measure_statistics(model, images, step=average.count)
        yield
    finally:
        model.load_state(before)


def measure_statistics(model: Sequential, images: Iterable[Array], *, step: int) -> None:
    """Make running statistics the plain means of those of the batches; weights stay as they are.

    Batches pass as in training, dropout too, since so they do when statistics are measured there.
    A model without batch normalisation is left alone.
    """
    norms = [layer for _, layer in model.named_layers() if isinstance(layer, BatchNorm)]
    if not norms:
        return
    usual = [norm.momentum for norm in norms]
    for norm in norms:
        for array in norm.running.values():
            array.fill(0)
    for count, x in enumerate(images, start=1):
        for norm in norms:
            norm.momentum = 1 / count  # a mean m moves by (x - m) / count
        model.forward(x, step)
    for norm, momentum in zip(norms, usual, strict=True):
        norm.momentum = momentum
