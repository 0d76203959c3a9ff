"""Our arrays as most others lay them out: channels first."""

import numpy as np

from nn.arrays import Array, Shape


def images(x: Array) -> Array:
    """(N, H, W, C) -> (N, C, H, W)."""
    return np.ascontiguousarray(x.transpose(0, 3, 1, 2))


def kernel(weight: Array) -> Array:
    """Of a convolution: (K, L, C, D) -> (D, C, K, L)."""
    return np.ascontiguousarray(weight.transpose(3, 2, 0, 1))


def flattened(weight: Array, image: Shape) -> Array:
    """Of a linear layer over a flattened image (H, W, C), for one of (C, H, W): (HWC, D), same."""
    rows = weight.reshape(*image, -1).transpose(2, 0, 1, 3)
    return np.ascontiguousarray(rows.reshape(weight.shape))
