"""First weights: random numbers of a spread that keeps signals alive from layer to layer."""

import math

import numpy as np

from nn.arrays import Array, Shape


def he_normal(shape: Shape, rng: np.random.Generator) -> Array:
    """N(0, 2 / n) for the n inputs of a unit: ReLU halves the variance, the 2 restores it.

    The last axis counts the units. He et al. 2015, arXiv 1502.01852, equation 10. Float64.
    """
    fan_in = math.prod(shape[:-1])
    return rng.standard_normal(shape) * math.sqrt(2 / fan_in)
