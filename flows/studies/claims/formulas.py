"""The course's formulas as functions of numbers, each with its example."""

import math


def chain_rule(x: float, y: float) -> float:
    """dz/dx of z = t^2, t = x + y: dz/dt dt/dx = 2 t * 1 = 2 (x + y).

    >>> chain_rule(1.0, 2.0)
    6.0
    """
    return 2 * (x + y)


def sigmoid_slope(x: float) -> float:
    """dy/dx = y (1 - y) of y = 1 / (1 + exp(-x)), which is never above a quarter.

    >>> sigmoid_slope(0.0), round(sigmoid_slope(5.0), 4)
    (0.25, 0.0066)
    """
    y = 1 / (1 + math.exp(-x))
    return y * (1 - y)


def output_size(h: int, f: int, p: int, s: int) -> int:
    """(H + 2P - F) / S + 1, rounded down: the side of what a kernel of side F makes of side H.

    >>> output_size(6, 2, 1, 1), output_size(227, 11, 0, 4)
    (7, 55)
    """
    return (h + 2 * p - f) // s + 1


def l1_gradient(w: float) -> float:
    """d|w|/dw = sign(w), and 0 is taken at 0.

    >>> l1_gradient(-0.3), l1_gradient(0.0), l1_gradient(2.0)
    (-1.0, 0.0, 1.0)
    """
    return math.copysign(1.0, w) if w else 0.0


def l2_gradient(w: float) -> float:
    """d(w^2 / 2)/dw = w.

    >>> l2_gradient(-0.3)
    -0.3
    """
    return w


def descent(w: float, gradient: float, rate: float) -> float:
    """W <- W - eps grad E. With a plus it climbs.

    >>> descent(1.0, 2.0, 0.25)    # E = w^2 falls from 1 to 0.25
    0.5
    """
    return w - rate * gradient


def adagrad_rate(rate: float, steps: int) -> float:
    """lr / sqrt(h) after so many gradients of 1, h <- h + g^2: it dies as 1 / sqrt(t).

    >>> adagrad_rate(0.1, 1), round(adagrad_rate(0.1, 10_000), 6)
    (0.1, 0.001)
    """
    return rate / math.sqrt(steps)


def rmsprop_mean(h: float, gradient: float, rho: float) -> float:
    """h <- rho h + (1 - rho) g^2, a mean of squares. Without the product, h <- rho + (1 - rho) g^2,
    it would not know any gradient but the last, and never be below rho.

    >>> round(rmsprop_mean(4.0, 1.0, 0.9), 9)
    3.7
    """
    return rho * h + (1 - rho) * gradient**2


def normalised(x: float, mean: float, variance: float) -> float:
    """(x - mu) / sqrt(sigma^2): sigma^2 is the variance, its root the standard deviation.

    >>> normalised(7.0, 3.0, 4.0)
    2.0
    """
    return (x - mean) / math.sqrt(variance)


def dropped(x: float, *, kept: bool, p: float) -> float:
    """Inverted dropout: x / (1 - p) with probability 1 - p, else 0, so that its mean is x.

    >>> dropped(3.0, kept=True, p=0.25), dropped(3.0, kept=False, p=0.25)
    (4.0, 0.0)
    """
    return x / (1 - p) if kept else 0.0
