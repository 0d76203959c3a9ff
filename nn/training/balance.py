"""Classes of unequal size made equal: by how often their samples are seen, or by what they weigh.

Sampling shows every class equally often an epoch; of a class larger than its share another part is
seen each epoch, of a smaller one every sample several times, each time augmented anew.
"""

import numpy as np

from nn.arrays import Array


def balanced_order(labels: Array, seed: int, epoch: int) -> tuple[Array, Array]:
    """As many samples as there are, each class equally often: (N,) -> int64 (N,), int64 (N,).

    The first are positions in a random order that depends on nothing but labels, seed and epoch;
    the second tell how often a sample has come before in this epoch. A class comes whole, again and
    again, each time shuffled, until its share is full; shares differ by one at most, and which
    classes have one more changes from epoch to epoch.
    """
    rng = np.random.default_rng((seed, epoch))
    held = rng.permutation(np.unique(labels))
    shares = np.full(len(held), len(labels) // max(len(held), 1))
    shares[: len(labels) - int(shares.sum())] += 1
    chosen, sights = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    for label, share in zip(held, shares.tolist(), strict=True):
        members = np.flatnonzero(labels == label)
        rounds = -(-share // len(members))
        chosen.append(np.concatenate([rng.permutation(members) for _ in range(rounds)])[:share])
        sights.append(np.repeat(np.arange(rounds), len(members))[:share])
    order = rng.permutation(len(labels))
    return np.concatenate(chosen)[order], np.concatenate(sights)[order]


def inverse_sizes(labels: Array, classes: int) -> Array:
    """What a sample of each class weighs so that all classes weigh the same: (N,) -> (classes,).

    N / (held n_c), with n_c samples of the class and `held` classes that have any; 0 for a class
    that has none. scikit-learn calls these weights balanced.

    >>> inverse_sizes(np.array([0, 0, 0, 2]), 3).tolist()
    [0.6666666865348816, 0.0, 2.0]
    """
    sizes = np.bincount(labels, minlength=classes)
    wanted = len(labels) / max(int(np.count_nonzero(sizes)), 1)
    weights: Array = np.where(sizes > 0, wanted / np.maximum(sizes, 1), 0).astype(np.float32)
    return weights
