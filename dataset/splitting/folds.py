"""Folds for cross-validation, so that few samples can all be tested on, each by a net of its own.

Unlike splits they are made anew for each snapshot: nobody compares the folds of two snapshots.
"""

from collections import Counter
from collections.abc import Sequence

from dataset.splitting.cluster import Cluster
from dataset.splitting.together import together


def folds(clusters: Sequence[Cluster], count: int) -> dict[str, int]:
    """The fold, from 1 to `count`, of every sample of the clusters; none is torn apart.

    Groups come by size, the largest first, and each goes where its classes have the fewest samples.
    """
    totals = Counter(label for cluster in clusters for label in cluster.labels.values())
    counts: Counter[tuple[str, int]] = Counter()  # samples of a label in a fold
    sizes: Counter[int] = Counter()
    found: dict[str, int] = {}
    for group in sorted(together(clusters, totals), key=_size, reverse=True):
        weights = Counter(label for cluster in group for label in cluster.labels.values())

        def load(fold: int, weights: Counter[str] = weights) -> tuple[int, int]:
            return sum(n * counts[label, fold] for label, n in weights.items()), sizes[fold]

        fold = min(range(1, count + 1), key=load)
        found.update({name: fold for cluster in group for name in cluster.labels})
        counts.update({(label, fold): number for label, number in weights.items()})
        sizes[fold] += weights.total()
    return found


def roles(fold: int, count: int) -> dict[int, str]:
    """What each fold is for when this one is tested on: the next chooses, the others train.

    >>> roles(3, 3)
    {1: 'val', 2: 'train', 3: 'test'}
    """
    chooses = fold % count + 1
    return {
        each: "test" if each == fold else "val" if each == chooses else "train"
        for each in range(1, count + 1)
    }


def _size(group: Sequence[Cluster]) -> int:
    return sum(len(cluster.labels) for cluster in group)
