"""The normal distribution, by an error function of our own, since NumPy has none."""

import math
from functools import cache

import numpy as np

from nn.arrays import Array, Buffers

MIDDLE, HALF_RANGE = 0.625, 0.375  # of t, from 1 / 4, where erfc is 1e-17, to 1
FAR = 30.0  # from there on exp(-z^2) is 0
DEGREE = 18  # of the polynomial


def normal_cdf(x: Array, *, out: Array, scratch: Buffers) -> Array:
    """The chance that a standard normal number is below x, of any shape; right to 1e-15.

    Phi(x) = erfc(|x| / sqrt 2) / 2 for x < 0, and 1 - Phi(-x) above. With t = 1 / (1 + z / 2),
    erfc(z) = t exp(P(t) - z^2), and P is so smooth that a polynomial stands for it.
    """
    z = np.abs(x, out=scratch("z", x.shape, x.dtype))
    z *= math.sqrt(0.5)
    np.minimum(z, FAR, out=z)
    t = np.multiply(z, 0.5, out=scratch("t", x.shape, x.dtype))
    t += 1
    np.maximum(np.reciprocal(t, out=t), MIDDLE - HALF_RANGE, out=t)
    power = _polynomial(t, out=out, scratch=scratch)
    power -= np.square(z, out=z)
    below = np.exp(power, out=out)
    below *= t
    below *= 0.5
    np.copysign(below, x, out=out)
    negative = np.signbit(x, out=scratch("negative", x.shape, bool))
    return np.subtract(np.logical_not(negative, out=negative), out, out=out)


def _polynomial(t: Array, *, out: Array, scratch: Buffers) -> Array:
    """P(t), by Horner's rule."""
    u = np.subtract(t, MIDDLE, out=scratch("u", t.shape, t.dtype))
    u /= HALF_RANGE
    highest, *lower = _coefficients()
    out.fill(highest)
    for coefficient in lower:
        out *= u
        out += coefficient
    return out


@cache
def _coefficients() -> tuple[float, ...]:
    """Of P over (t - MIDDLE) / HALF_RANGE, the highest power first: interpolated from math.erfc."""
    from numpy.polynomial import Chebyshev, Polynomial

    def p(u: Array) -> Array:
        t = MIDDLE + HALF_RANGE * u
        z = 2 / t - 2
        values = [math.log(math.erfc(each)) for each in z]
        return np.array(values) + z * z - np.log(t)

    fit = Chebyshev.interpolate(p, DEGREE).convert(kind=Polynomial)
    return tuple(map(float, fit.coef[::-1]))
