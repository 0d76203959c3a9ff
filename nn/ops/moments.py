"""Mean and variance of channels from parts of a batch, each read once while it is in cache.

Of each part the sums are taken, and the squares about the part's own mean; parts are joined as in
Chan, Golub and LeVeque 1979, "Updating formulae and a pairwise algorithm for computing sample
variances". Unlike E(x^2) - E(x)^2 nothing cancels.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nn.arrays import Array, Buffers
from nn.ops.normalization import channel_sums, in_runs, wide


@dataclass(frozen=True, slots=True)
class Moments:
    """What is known of a part."""

    count: int
    sums: Array  # (C,)
    squares: Array  # (C,), about the mean of the part


def moments(x: Array, *, scratch: Buffers) -> Moments:
    """Of the channels of a part (N, H, W, C) that fits the cache."""
    c = x.shape[-1]
    count = x.size // c
    sums = channel_sums(x, out=np.empty(c, x.dtype))
    mean = wide(sums / count, x)
    centered = scratch("centered", x.shape, x.dtype)
    runs = np.subtract(in_runs(x, mean), mean, out=in_runs(centered, mean))
    np.square(runs, out=runs)
    squares = channel_sums(centered, out=np.empty(c, x.dtype))
    return Moments(count, sums, squares)


def joined(parts: Sequence[Moments], channels: int) -> tuple[Array, Array, int]:
    """Mean and (biased) variance of all parts in float64, and the count: (C,), (C,), ()."""
    counts = np.array([part.count for part in parts], np.float64)[:, None]
    sums = np.array([part.sums for part in parts], np.float64).reshape(-1, channels)
    squares = np.array([part.squares for part in parts], np.float64).reshape(-1, channels)
    count = counts.sum()
    mean = sums.sum(axis=0) / count
    var = (squares + counts * np.square(sums / counts - mean)).sum(axis=0) / count
    return mean, var, int(count)
