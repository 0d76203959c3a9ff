"""Random numbers of samples: hashes of (seed, epoch, sample, operation), and of nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dataset.config import OPERATIONS

Keys = NDArray[np.uint64]
Reals = NDArray[np.float64]

GOLDEN = 0x9E3779B97F4A7C15  # 2^64 over the golden ratio, the increment of SplitMix64


@dataclass(frozen=True, slots=True)
class Chance:
    """What chance says of N samples in one epoch, whatever batch they are in.

    An operation may ask for several numbers; `number` counts them.
    """

    keys: Keys  # (N,)
    seed: int
    epoch: int

    def of(self, rows: Any) -> "Chance":
        """The same for some of the samples, by index or by mask."""
        return Chance(self.keys[rows], self.seed, self.epoch)

    def bits(self, operation: str, number: int = 0) -> NDArray[np.uint64]:
        """64 random bits for each sample: (N,)."""
        draws = split_mix(self.keys ^ _state(self.seed, self.epoch, operation))
        return split_mix(draws ^ np.uint64(number)) if number else draws

    def coin(self, operation: str, number: int = 0) -> NDArray[np.bool_]:
        """True for every second sample: (N,)."""
        heads: NDArray[np.bool_] = self.bits(operation, number) >> np.uint64(63) == 1
        return heads

    def below(self, limit: int, operation: str, number: int = 0) -> NDArray[np.intp]:
        """Whole numbers from 0 to below `limit`, all as likely: (N,)."""
        high = self.bits(operation, number) >> np.uint64(32)
        return (high * np.uint64(limit) >> np.uint64(32)).astype(np.intp)

    def uniform(self, low: float, high: float, operation: str, number: int = 0) -> Reals:
        """Real numbers from `low` to below `high`: (N,)."""
        part: Reals = (self.bits(operation, number) >> np.uint64(11)).astype(np.float64) * 2.0**-53
        return low + (high - low) * part


def sample_keys(ids: Sequence[str]) -> Keys:
    """The first 64 bits of each sample id, the part of it that chance depends on: (N,)."""
    leading = bytes.fromhex("".join(name[:16] for name in ids))
    return np.frombuffer(leading, ">u8").astype(np.uint64)


@lru_cache
def _state(seed: int, epoch: int, operation: str) -> Keys:
    """What the draws of all samples have in common: (1,)."""
    state = np.zeros(1, np.uint64)
    for word in (seed, epoch, OPERATIONS.index(operation)):
        state = split_mix(state ^ np.uint64(word % 2**64))
    return state


def split_mix(state: Keys) -> Keys:
    """The output function of SplitMix64 on each word (Steele, Lea, Flood, OOPSLA 2014): (N,).

    Sums and products are modulo 2^64, as those of arrays are without a warning.
    """
    z = state + np.uint64(GOLDEN)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))
