"""The models of the bench: presets of ours, and images for them."""

from typing import NamedTuple

import numpy as np

from flows.bench.nn.terms import CLASSES, MODELS
from nn.architecture import Spec, expand
from nn.arrays import Array
from nn.layers import BatchNorm
from nn.model import Sequential


class Model(NamedTuple):
    """A list of layers, for images of one size."""

    side: int  # pixels
    spec: Spec

    def built(self) -> Sequential:
        """The network with its first weights, always the same."""
        model = Sequential.from_spec(self.spec)
        model.build((self.side, self.side, 3), np.random.default_rng(0))
        return model

    def batch(self, n: int) -> tuple[Array, Array]:
        """Random images (n, side, side, 3), as if normalised, and labels (n,)."""
        rng = np.random.default_rng(0)
        x = rng.normal(size=(n, self.side, self.side, 3)).astype(np.float32)
        return x, rng.integers(0, CLASSES, n)


def model_of(name: str) -> Model:
    """The preset at the width and for the images of the bench."""
    side, width = MODELS[name]
    return Model(side, expand(name, classes=CLASSES, width=width))


def normalises(model: Sequential) -> bool:
    """Whether statistics of a batch are taken, for which one image is too few."""
    return any(isinstance(layer, BatchNorm) for _, layer in model.named_layers())
