"""Pictures for the tests of augmentation, smooth as photos are, and keys to go with them."""

import numpy as np
from numpy.typing import NDArray

from dataset.augmentation.chance import Chance, sample_keys


def photos(n: int, side: int, seed: int = 0) -> NDArray[np.uint8]:
    """Soft coloured blobs with a little noise: (n, side, side, 3)."""
    rng = np.random.default_rng(seed)
    places = np.linspace(0, 1, side)
    x, y = places, places[:, None]
    waves = np.zeros((n, side, side, 3))
    for _ in range(4):
        a, b, c, strength = rng.uniform(-4, 4, (4, n, 1, 1, 3))
        waves += strength * np.sin(a * x[:, None] + b * y[..., None] + c)
    levels = 128 + 25 * waves + rng.normal(0, 4, waves.shape)
    return np.clip(levels, 0, 255).astype(np.uint8)


def chance(n: int, seed: int = 0, epoch: int = 1) -> Chance:
    """Chance for n samples with ids as good as any."""
    words = np.random.default_rng(9).integers(0, 2**64, n, dtype=np.uint64)
    return Chance(sample_keys([f"{word:016x}" for word in words.tolist()]), seed, epoch)


def distance_from_uniform(values: NDArray[np.float64], low: float, high: float) -> float:
    """The statistic of Kolmogorov and Smirnov times sqrt(n): above 1.95 one time in a thousand."""
    at = np.sort((values - low) / (high - low))
    steps = np.arange(len(at) + 1) / len(at)
    gap = max(np.abs(at - steps[1:]).max(), np.abs(at - steps[:-1]).max())
    return float(gap * len(at) ** 0.5)
