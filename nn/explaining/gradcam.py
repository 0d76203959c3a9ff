"""Grad-CAM: which places of the last convolutional stage speak for a class.

With the channels A_c of the stage and the score y of the class:

    heat = max(0, sum over c of A_c dy/dA_c),  place by place

Selvaraju et al. 2017, arXiv 1610.02391, take the mean of dy/dA_c over all places instead. Where the
network ends in a global average that is the same but for a factor, since the gradient is the same
at all places; where it ends in Flatten the mean forgets which place it was, and heat can be
nowhere. Place by place is the form of Draelos and Carin 2020, arXiv 2011.08891.
"""

import math

import numpy as np

from nn.arrays import Array
from nn.errors import NNError
from nn.layers import Conv2d, Layer, chain
from nn.layers.chain import Chain
from nn.model import Sequential
from nn.shards import one_blas_thread


class NoPlacesError(NNError):
    """A network in which no layer keeps places apart."""


class GradCam:
    """Explains by Grad-CAM. Its gradients overwrite those of the network."""

    def __init__(self, model: Sequential) -> None:
        """Raises NoPlacesError."""
        self._before, self._after = _split(model)
        for layer in self._after.values():
            layer.needs_dx = True

    def __call__(self, x: Array, index: int) -> Array:
        """The heat of one normalised image (S, S, C) for the class of this index: (H, W), >= 0.

        (H, W) are the places of the stage.
        """
        with one_blas_thread():
            stage = chain.forward(self._before, x[None], None).copy()
            dy = np.zeros_like(chain.forward(self._after, stage, None))
            dy[0, index] = 1
            slope = chain.backward(self._after, dy)
        heat: Array = np.maximum((stage * slope)[0].sum(axis=-1), 0)
        return heat


def _split(model: Sequential) -> tuple[Chain, Chain]:
    """The layers up to the last convolutional stage with all that it ends in, and the rest.

    Where no convolution has places, the last layer that has them ends the first part.
    """
    layers = list(model.layers.items())
    placed = [i for i, (_, layer) in enumerate(layers) if _has_places(layer)]
    convolved = [i for i in placed if _convolves(layers[i][1])]
    if not placed:
        raise NoPlacesError(
            "Grad-CAM needs a layer before Flatten that keeps places apart, and this network has "
            "none; occlusion explains any"
        )
    end = (convolved or placed)[-1] + 1
    while end < len(layers) and layers[end][1].output_shape == layers[end - 1][1].output_shape:
        end += 1  # normalisation and activation
    return dict(layers[:end]), dict(layers[end:])


def _has_places(layer: Layer) -> bool:
    return len(layer.output_shape) == 3 and math.prod(layer.output_shape[:2]) > 1


def _convolves(layer: Layer) -> bool:
    return isinstance(layer, Conv2d) or any(map(_convolves, layer.inner.values()))
