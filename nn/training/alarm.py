"""The alarm: in which layer the numbers of a training that diverges cease to be finite.

Looked for only once something is wrong: the step that failed is done again under observation.
"""

from collections.abc import Callable

import numpy as np

from nn.arrays import Array
from nn.layers import Layer
from nn.model import Sequential
from nn.training.tap import Observer, tapped

Slope = Callable[[Array], tuple[float, Array]]  # logits (N, K) -> loss, dloss/dlogits (N, K)
END = "no longer a finite number"


def trouble(model: Sequential, x: Array, step: int | None, slope: Slope | None = None) -> str:
    """Which numbers of which layer are the first that are not finite, in words.

    x (N, H, W, C) is the batch at which it was noticed, `step` as in `Sequential.forward`. Weights
    are looked at first, then outputs from the first layer on, then gradients from the last layer
    back, where `slope` is given. The model is spent.
    """
    for name, p in model.named_params():
        if not np.isfinite(p).all():
            return f"a weight of {_layer(name)} is {END}"
    finder = _Finder()
    with tapped(model, finder):
        logits = model.forward(x, step)
        if slope and not finder.found:
            model.backward(slope(logits)[1])
    return f"{next(iter(finder.found), 'the loss')} is {END}"


def hopeless(loss: float, model: Sequential, x: Array, step: int) -> str:
    """A loss that is finite and far too large, and the layer with the largest output, in words."""
    finder = _Largest()
    with tapped(model, finder):
        model.forward(x, step)
    return f"the loss is {loss:.3g} and the output of {finder.layer} reaches {finder.value:.3g}"


class _Finder(Observer):
    """Collects, in the order of the step, what is not finite."""

    def __init__(self) -> None:
        self.found: list[str] = []

    def output(self, name: str, y: Array) -> None:
        self._look(f"the output of {name}", y)

    def slope(self, name: str, dy: Array) -> None:
        self._look(f"the gradient that comes to {name}", dy)

    def learned(self, name: str, layer: Layer) -> None:
        for key, g in layer.grads.items():
            self._look(f"the gradient of the {key} of {name}", g)

    def _look(self, words: str, array: Array) -> None:
        if not np.isfinite(array).all():
            self.found.append(words)


class _Largest(Observer):
    """Remembers the layer with the largest output."""

    layer, value = "no layer", 0.0

    def output(self, name: str, y: Array) -> None:
        value = float(np.abs(y).max(initial=0))
        if value > self.value:
            self.layer, self.value = name, value


def _layer(parameter: str) -> str:
    """The layer of a parameter: conv1 of conv1.weight."""
    return parameter.rpartition(".")[0]
