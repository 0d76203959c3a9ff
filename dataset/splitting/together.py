"""Soft groups: what stands on one page, or on one host, stays together where that costs no balance.

Pictures of one page are often of one thing on one day: a network that saw some of them in training
knows the others better than it should. But a host may hold half of a class, so that such groups
stay small, and give way where they do not.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

from dataset.hosts import host_of
from dataset.splitting.cluster import Cluster

SMALL = 3  # samples of a class that a group may always have,
PART = 0.05  # and the part of the class that it may have
ENOUGH = 3  # groups that a class needs, one for each split


def together(clusters: Iterable[Cluster], totals: Mapping[str, int]) -> list[list[Cluster]]:
    """Clusters that came together, in groups; groups and their clusters by their smallest id.

    For each class, the clusters of one page, then of one host, join all or not at all: only where
    the joined group keeps within SMALL samples or PART of each of its classes (of which there are
    `totals` after this run), and leaves every class groups for all splits.
    """
    ordered = sorted(clusters, key=lambda cluster: cluster.group)
    groups = _Groups(ordered, totals)
    for stands in page_of, host_of:
        for bucket in _buckets(ordered, stands):
            groups.join(bucket)
    return [[ordered[place] for place in sorted(places)] for places in groups.members.values()]


def page_of(page: str) -> str:
    """The page itself."""
    return page


def _buckets(clusters: Sequence[Cluster], stands: Callable[[str], str]) -> list[list[int]]:
    """Positions of the clusters of each class at each place, in order of the first position."""
    found: dict[tuple[str, str], list[int]] = defaultdict(list)
    for position, cluster in enumerate(clusters):
        here = {
            (label, place)
            for name, label in cluster.labels.items()
            for page in cluster.pages.get(name, ())
            if (place := stands(page))
        }
        for key in sorted(here):
            found[key].append(position)
    return list(found.values())


class _Groups:
    """Groups of clusters by the position of their first, each its own at the start."""

    def __init__(self, clusters: Sequence[Cluster], totals: Mapping[str, int]) -> None:
        self.members = {position: [position] for position in range(len(clusters))}
        self._home = list(range(len(clusters)))  # of each cluster, its group
        self._counts = [Counter(cluster.labels.values()) for cluster in clusters]  # of each group
        self._left = Counter(label for counts in self._counts for label in counts)
        self._limits = {label: max(SMALL, PART * total) for label, total in totals.items()}

    def join(self, bucket: Iterable[int]) -> None:
        """Make one group of those that hold these clusters, if it may be."""
        first, *others = sorted({self._home[position] for position in bucket})
        counts, spent = self._counts[first].copy(), Counter[str]()
        for other in others:
            spent.update(label for label in self._counts[other] if label in counts)
            counts += self._counts[other]
        if any(count > self._limits[label] for label, count in counts.items()) or any(
            self._left[label] - number < ENOUGH for label, number in spent.items()
        ):
            return
        self._counts[first], self._left = counts, self._left - spent
        for other in others:
            for position in self.members[other]:
                self._home[position] = first
            self.members[first] += self.members.pop(other)
