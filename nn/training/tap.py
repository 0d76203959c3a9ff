"""A tap on a model: what passes between its layers, shown to an observer for a while.

Outside the context nothing is in the way of a step, so it costs nothing then.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from nn.arrays import Array
from nn.layers import Layer
from nn.model import Sequential


class Observer:
    """Sees each layer at work, one within another before that one; arrays hold only for the call.

    y   (N, ...), the output
    dy  (N, ...), dloss/dy
    """

    def output(self, name: str, y: Array) -> None:
        """The layer has computed y."""

    def slope(self, name: str, dy: Array) -> None:
        """The layer is about to go backward from dy."""

    def learned(self, name: str, layer: Layer) -> None:
        """The layer has gone backward: its `grads` are filled."""


@contextmanager
def tapped(model: Sequential, observer: Observer) -> Iterator[None]:
    """Within this context the observer sees every step of the model."""
    layers = dict(model.named_layers())
    for name, layer in layers.items():
        _tap(name, layer, observer)
    try:
        with model.layer_by_layer():
            yield
    finally:
        for layer in layers.values():
            del vars(layer)["forward"], vars(layer)["backward"]


def _tap(name: str, layer: Layer, observer: Observer) -> None:
    """Put the observer around the two methods, as attributes of this one layer."""
    forward, backward = layer.forward, layer.backward

    def observed_forward(x: Array, step: int | None = None) -> Array:
        y = forward(x, step)
        observer.output(name, y)
        return y

    def observed_backward(dy: Array) -> Array:
        observer.slope(name, dy)
        dx = backward(dy)
        observer.learned(name, layer)
        return dx

    vars(layer).update(forward=observed_forward, backward=observed_backward)
