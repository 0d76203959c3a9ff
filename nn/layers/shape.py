"""Layers that move numbers without changing them."""

import math

import numpy as np
import numpy.typing as npt

from nn.arrays import Array, Shape
from nn.layers.layer import Layer


class Flatten(Layer):
    """An image as one vector, row by row, its channels innermost.

    x  (N, H, W, C)
    y  (N, H * W * C)
    """

    kind = "flatten"

    def build(self, shape: Shape, rng: np.random.Generator | None, dtype: npt.DTypeLike) -> Shape:
        self.input_shape = shape
        return (math.prod(shape),)

    def forward(self, x: Array, step: int | None = None) -> Array:
        return x.reshape(len(x), math.prod(self.input_shape))

    def backward(self, dy: Array) -> Array:
        return dy.reshape(len(dy), *self.input_shape)
