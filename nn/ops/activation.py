"""Activation functions and their gradients, number by number, for arrays of any shape.

A function writes y of x into `out`. Its gradient turns dy into dx, in place. None overflows: a
large x costs precision nowhere and gives no warning.
"""

import math

import numpy as np

from nn.arrays import Array, Buffers
from nn.ops.erf import normal_cdf


def sigmoid(x: Array, *, out: Array, scratch: Buffers) -> Array:
    """1 / (1 + exp(-x)), as exp(x) / (1 + exp(x)) where x < 0: only small powers are taken.

    Its slope is greatest at 0, a quarter:

    >>> y, dy = np.array([0.5]), np.array([1.0])
    >>> sigmoid_dx(y, dy, scratch=Buffers())
    array([0.25])
    """
    power = np.abs(x, out=scratch("power", x.shape, x.dtype))
    np.exp(np.negative(power, out=power), out=power)
    power += 1
    np.exp(np.minimum(x, 0, out=out), out=out)
    out /= power
    return out


def sigmoid_dx(y: Array, dy: Array, *, scratch: Buffers) -> Array:
    """dy y (1 - y), from the output y."""
    dy *= y
    dy *= np.subtract(1, y, out=scratch("slope", y.shape, y.dtype))
    return dy


def tanh_dx(y: Array, dy: Array, *, scratch: Buffers) -> Array:
    """dy (1 - y^2), from the output y of `np.tanh`."""
    slope = np.square(y, out=scratch("slope", y.shape, y.dtype))
    dy *= np.subtract(1, slope, out=slope)
    return dy


def relu(x: Array, *, out: Array) -> Array:
    """max(0, x)."""
    return np.maximum(x, 0, out=out)


def relu_dx(y: Array, dy: Array, *, scratch: Buffers) -> Array:
    """dy where y > 0, else 0, from the output y."""
    dy *= np.greater(y, 0, out=scratch("positive", y.shape, bool))
    return dy


def leaky_relu(x: Array, slope: Array | float, *, out: Array) -> Array:
    """x where it is positive, else slope * x, as max(x, slope * x): the slope is 1 at most."""
    np.multiply(x, slope, out=out)
    return np.maximum(x, out, out=out)


def leaky_relu_dx(x: Array, slope: float, dy: Array, *, scratch: Buffers) -> Array:
    """dy where x > 0, else slope * dy."""
    factor = scratch("slope", x.shape, x.dtype)
    np.multiply(np.greater(x, 0, out=scratch("positive", x.shape, bool)), 1 - slope, out=factor)
    factor += slope
    dy *= factor
    return dy


def elu(x: Array, alpha: float, *, out: Array, scratch: Buffers) -> Array:
    """x where it is positive, else alpha (exp(x) - 1)   (arXiv 1511.07289, equation 15)."""
    np.expm1(np.minimum(x, 0, out=out), out=out)
    out *= alpha
    out += np.maximum(x, 0, out=scratch("above", x.shape, x.dtype))
    return out


def elu_dx(x: Array, alpha: float, dy: Array, *, scratch: Buffers) -> Array:
    """dy where x > 0, else alpha exp(x) dy."""
    slope = np.minimum(x, 0, out=scratch("slope", x.shape, x.dtype))
    np.exp(slope, out=slope)
    slope *= alpha
    above = np.greater(x, 0, out=scratch("positive", x.shape, bool))
    slope += np.multiply(above, 1 - alpha, out=scratch("rest", x.shape, x.dtype))
    dy *= slope
    return dy


def gelu(x: Array, *, out: Array, scratch: Buffers) -> Array:
    """x Phi(x), Phi the chance that a standard normal number is below x (arXiv 1606.08415)."""
    normal_cdf(x, out=out, scratch=scratch)
    out *= x
    return out


def gelu_dx(x: Array, dy: Array, *, scratch: Buffers) -> Array:
    """dy (Phi(x) + x phi(x)), phi the density of the normal distribution."""
    slope = normal_cdf(x, out=scratch("slope", x.shape, x.dtype), scratch=scratch)
    density = np.square(x, out=scratch("density", x.shape, x.dtype))
    density *= -0.5
    np.exp(density, out=density)
    density *= 1 / math.sqrt(2 * math.pi)
    density *= x
    slope += density
    dy *= slope
    return dy


def softplus(x: Array, *, out: Array, scratch: Buffers) -> Array:
    """log(1 + exp(x)), as max(x, 0) + log(1 + exp(-|x|))."""
    np.negative(np.abs(x, out=out), out=out)
    np.log1p(np.exp(out, out=out), out=out)
    out += np.maximum(x, 0, out=scratch("above", x.shape, x.dtype))
    return out


def softplus_dx(x: Array, dy: Array, *, scratch: Buffers) -> Array:
    """dy times the sigmoid of x."""
    dy *= sigmoid(x, out=scratch("slope", x.shape, x.dtype), scratch=scratch)
    return dy
