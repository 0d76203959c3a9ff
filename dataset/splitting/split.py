"""The sticky stratified split: pure, and the same whenever it is asked again.

What is in the ledger stays where it is. New clusters come in the order of their smallest id, a
hash, and each goes where its class is furthest below its share; a class first gets one cluster in
each split, so that three clusters are enough to train, choose and test.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

STRICTEST_FIRST = ("test", "val", "train")
NEEDED_FIRST = ("train", "test", "val")


@dataclass(frozen=True)
class Cluster:
    """Samples that must not be torn apart."""

    labels: Mapping[str, str]  # of each sample by id
    twins: Sequence[str] = ()  # ids that show the same pixels but are no samples now
    near: Sequence[str] = ()  # ids of other clusters of which a new sample of this is a copy

    @cached_property
    def ids(self) -> tuple[str, ...]:
        return (*sorted(self.labels), *sorted(set(self.twins) - set(self.labels)))

    @cached_property
    def group(self) -> str:
        """The smallest id: the cluster's name, and its place in the order."""
        return min(self.ids)


def assign(
    clusters: Iterable[Cluster], ledger: Mapping[str, str], shares: Mapping[str, float]
) -> dict[str, str]:
    """The split of every id of the clusters.

    `ledger` knows the split of old ids, `shares` the part of each class that a split shall have. A
    cluster that touches an old split, or has a copy there, takes it; where it touches several, old
    ids stay apart and the new ones take the strictest.
    """
    splits: dict[str, str] = {}
    counts: Counter[tuple[str, str]] = Counter()  # samples of a label in a split

    def place(cluster: Cluster, split: str) -> None:
        for name in cluster.ids:
            splits[name] = ledger.get(name, split)
        counts.update((label, splits[name]) for name, label in cluster.labels.items())

    fresh = []
    for cluster in clusters:
        old = {ledger[name] for name in (*cluster.ids, *cluster.near) if name in ledger}
        if old:
            place(cluster, strictest(old))
        else:
            fresh.append(cluster)
    for cluster in sorted(fresh, key=lambda cluster: cluster.group):
        place(cluster, _neediest(cluster, counts, shares))
    return splits


def strictest(splits: Iterable[str]) -> str:
    """The split among these that may leak least: test before val before train."""
    return min(splits, key=STRICTEST_FIRST.index)


def _neediest(
    cluster: Cluster, counts: Counter[tuple[str, str]], shares: Mapping[str, float]
) -> str:
    """Where the classes of a new cluster are missing, or else furthest below their shares.

    That choice makes the sum of squared errors of the shares as small as it can be at this step.
    """
    wanted = [split for split in NEEDED_FIRST if shares.get(split)]
    weights = Counter(cluster.labels.values())
    for split in wanted:
        if any(not counts[label, split] for label in weights):
            return split

    def deficit(split: str) -> float:
        return sum(
            weight * (shares[split] * (weight + _total(label)) - counts[label, split])
            for label, weight in weights.items()
        )

    def _total(label: str) -> int:
        return sum(counts[label, split] for split in STRICTEST_FIRST)

    return max(sorted(wanted, key=STRICTEST_FIRST.index), key=deficit)
