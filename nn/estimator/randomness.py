"""What chance decides in an estimator: the seed of its training, and which samples are held out."""

from typing import Any

import numpy as np

from nn.arrays import Array

SEEDS = 2**31


def seed_of(random_state: Any) -> int:
    """The seed that a random_state stands for: a whole number, None, or something that draws them.

    Raises ValueError for anything else.
    """
    if random_state is None:
        return int(np.random.default_rng().integers(SEEDS))
    if isinstance(random_state, int | np.integer):
        return int(random_state)
    for draw in "integers", "randint":  # of a Generator, of NumPy's older RandomState
        if hasattr(random_state, draw):
            return int(getattr(random_state, draw)(SEEDS))
    raise ValueError(f"random_state must be a whole number, None or a generator: {random_state!r}")


def held_out(numbers: Array, fraction: float, seed: int) -> Array:
    """Which samples validate: bool (N,), this share of each class, rounded down.

    `numbers` (N,) are the classes from 0. Raises ValueError for an impossible share.
    """
    if not 0 <= fraction < 1:
        raise ValueError(f"validation_fraction must be at least 0 and below 1, got {fraction}")
    chosen, rng = np.zeros(len(numbers), bool), np.random.default_rng(seed)
    for number in range(int(numbers.max()) + 1):
        members = rng.permutation(np.flatnonzero(numbers == number))
        chosen[members[: int(fraction * len(members))]] = True
    return chosen
