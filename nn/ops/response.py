"""Local response normalisation: a channel is damped by the squares of its neighbours.

y = x s^-beta,  s = bias + alpha / size * (sum of x^2 over `size` neighbouring channels)

as in PyTorch and ONNX; Krizhevsky et al. 2012, section 3.3, have alpha without the division. The
sums over neighbours are one product with a matrix of ones in a band.
"""

import numpy as np
import numpy.typing as npt

from nn.arrays import Array, Buffers
from nn.ops.window import tiles


def band(channels: int, size: int, dtype: npt.DTypeLike) -> Array:
    """(C, C): 1 where channel i is a neighbour of channel j, itself included.

    Of an even size the odd neighbour is the one before, as in PyTorch.
    """
    i, j = np.indices((channels, channels))
    return ((i >= j - size // 2) & (i <= j + (size - 1) // 2)).astype(dtype)


def local_response(
    x: Array, near: Array, *, alpha: float, beta: float, bias: float, out: Array, sums: Array
) -> Array:
    """y of x, (N, H, W, C), `near` a band; s goes into `sums`, for the gradient.

    `alpha` is already divided by the size.
    """
    _neighbours(np.square(x, out=out), near, out=sums)
    sums *= alpha
    sums += bias
    np.power(sums, -beta, out=out)
    out *= x
    return out


def local_response_dx(
    x: Array, sums: Array, dy: Array, near: Array, *, alpha: float, beta: float, scratch: Buffers
) -> Array:
    """dx = dy s^-beta - 2 alpha beta x (the neighbours' sum of dy x s^(-beta - 1)), in place of dy.

    The neighbours are those whose band x is in.
    """
    for rows in tiles(len(x), x[0].nbytes):
        part = dy[rows]
        damped = np.power(sums[rows], -beta, out=scratch("damped", part.shape, x.dtype))
        part *= damped
        pulled = np.multiply(part, x[rows], out=scratch("pulled", part.shape, x.dtype))
        pulled /= sums[rows]
        total = _neighbours(pulled, near.T, out=damped)
        total *= x[rows]
        total *= 2 * alpha * beta
        part -= total
    return dy


def _neighbours(x: Array, near: Array, *, out: Array) -> Array:
    """A product an image, so that the bits of an image do not depend on the others."""
    n, h, w, c = x.shape
    np.matmul(x.reshape(n, h * w, c), near, out=out.reshape(n, h * w, c, copy=False))
    return out
