"""The sticky stratified split: pure, and the same whenever it is asked again.

What is in the ledger stays where it is. New groups of clusters come in the order of their smallest
id, a hash, and each goes where its class is furthest below its quota; a class first gets one in
each split, so that three clusters are enough to train, choose and test.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from dataset.splitting.cluster import Cluster
from dataset.splitting.quota import Quota, quota
from dataset.splitting.together import together

STRICTEST_FIRST = ("test", "val", "train")
NEEDED_FIRST = ("train", "test", "val")


def assign(
    clusters: Iterable[Cluster], ledger: Mapping[str, str], shares: Mapping[str, float]
) -> dict[str, str]:
    """The split of every id of the clusters.

    `ledger` knows the split of old ids, `shares` the part of each class that a split shall have. A
    cluster that touches an old split, or has a copy there, takes it; where it touches several, old
    ids stay apart and the new ones take the strictest.
    """
    tied: list[tuple[Cluster, str]] = []
    fresh: list[Cluster] = []
    totals: Counter[str] = Counter()
    for cluster in clusters:
        totals.update(cluster.labels.values())
        old = {ledger[name] for name in (*cluster.ids, *cluster.recalled) if name in ledger}
        if old:
            tied.append((cluster, strictest(old)))
        else:
            fresh.append(cluster)
    places = _Places(ledger, {label: quota(total, shares) for label, total in totals.items()})
    for cluster, split in tied:
        places.put([cluster], split)
    for group in together(fresh, totals):
        places.put(group, places.neediest(group))
    return places.splits


def strictest(splits: Iterable[str]) -> str:
    """The split among these that may leak least: test before val before train."""
    return min(splits, key=STRICTEST_FIRST.index)


class _Places:
    """Which ids are in which split so far, and what is missing where."""

    def __init__(self, ledger: Mapping[str, str], quotas: Mapping[str, Quota]) -> None:
        self.splits: dict[str, str] = {}
        self._ledger = ledger
        self._quotas = quotas
        self._counts: Counter[tuple[str, str]] = Counter()  # samples of a label in a split

    def put(self, group: Sequence[Cluster], split: str) -> None:
        """Put the clusters there, but for ids that are elsewhere already."""
        for cluster in group:
            for name in cluster.ids:
                self.splits[name] = self._ledger.get(name, split)
            self._counts.update((label, self.splits[id_]) for id_, label in cluster.labels.items())

    def neediest(self, group: Sequence[Cluster]) -> str:
        """Where the classes of new clusters are missing, or else furthest below their quotas.

        That choice makes the sum of squared errors of the counts as small as it can be at this
        step.
        """
        weights = Counter(label for cluster in group for label in cluster.labels.values())
        wanted = {split for label in weights for split, n in self._quotas[label].items() if n}
        for split in NEEDED_FIRST:
            if split in wanted and any(not self._counts[label, split] for label in weights):
                return split

        def deficit(split: str) -> float:
            return sum(
                weight * (self._quotas[label][split] - self._counts[label, split])
                for label, weight in weights.items()
            )

        return max(sorted(wanted, key=STRICTEST_FIRST.index), key=deficit)
