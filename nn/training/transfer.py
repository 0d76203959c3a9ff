"""A model that starts from the weights of another: its backbone taken over, its head new."""

from collections.abc import Mapping

from nn.arrays import Array
from nn.layers import Linear
from nn.model import Sequential


def adopt(model: Sequential, weights: Mapping[str, Array]) -> list[str]:
    """Take over every array whose name and shape fit, but for the last fully connected layer.

    `weights` are parameters and running statistics by name, as `Sequential.state` gives them.
    Returns the names of the layers that were given all they have, in order; a layer of which only
    a part fits stays as it is.
    """
    head = next(
        (name for name, layer in reversed(list(model.named_layers())) if isinstance(layer, Linear)),
        None,
    )
    own: dict[str, dict[str, Array]] = {}
    for name, array in model.state().items():
        own.setdefault(name.rpartition(".")[0], {})[name] = array
    taken = [name for name in own if name != head and _fits(own[name], weights)]
    for layer in taken:
        for name, array in own[layer].items():
            array[...] = weights[name]
    return taken


def _fits(own: Mapping[str, Array], weights: Mapping[str, Array]) -> bool:
    return all(name in weights and weights[name].shape == a.shape for name, a in own.items())
