"""Temperature: the one number that brings the probabilities of a network near its hit rates.

Guo et al., On Calibration of Modern Neural Networks, 2017 (arXiv 1706.04599), section 4.2. Logits
are divided by T before the softmax. No order among classes changes, so that neither does any
prediction.
"""

import math

import numpy as np

from nn.arrays import Array
from nn.ops.softmax import softmax

WIDEST = 1000.0  # T is looked for between 1 / WIDEST and WIDEST
HALVINGS = 60  # of that range on a logarithmic scale: to the last digit of a double


def calibrated(logits: Array, temperature: float) -> Array:
    """Probabilities softmax(z / T), in float64: (N, K) -> (N, K)."""
    return softmax(logits.astype(np.float64) / temperature)


def fit_temperature(labels: Array, logits: Array) -> float:
    """The temperature of a validation split: (N,), (N, K) -> T > 0; 1 without samples.

    With b = 1 / T it makes least, in float64,

        J(b) = sum over N of -log softmax(b z)[label]  +  b - 1 - log b

    The first term is Guo's. The second is that of a prior for T = 1 (a gamma distribution of b)
    that weighs as much as a sample: without it a split that holds no mistake would lead to T = 0
    and claim certainty. It is 0 at b = 1 and nowhere less, so that at the minimum the likelihood
    of the split is never worse than at T = 1. J is convex: its slope

        sum over N of (sum over K of p z  -  z[label])  +  1 - 1 / b,  p = softmax(b z)

    grows, and halving the range finds the place where it is 0.
    """
    if not len(labels):
        return 1.0
    z = logits.astype(np.float64)
    own = z[np.arange(len(labels)), labels]
    low, high = -math.log(WIDEST), math.log(WIDEST)
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        if _slope(z, own, math.exp(middle)) < 0:
            low = middle
        else:
            high = middle
    return math.exp(-(low + high) / 2)


def _slope(z: Array, own: Array, b: float) -> float:
    """dJ / db at b, for logits z (N, K) of which those of the labels are `own` (N,)."""
    expected = (softmax(b * z) * z).sum(axis=1)
    return float((expected - own).sum()) + 1 - 1 / b
