"""Clusters: samples so alike that a split must not come between them."""

from collections.abc import Iterable, Sequence

from dataset.cleaning.clean import Sample


def clusters(samples: Sequence[Sample]) -> list[list[Sample]]:
    """Samples of equal pixels, near-duplicates, and alternatives of one element, together."""
    keys = [_keys(sample) for sample in samples]
    return [[samples[index] for index in group] for group in tie(keys)]


def _keys(sample: Sample) -> list[str]:
    pairs = [" ".join(sorted((sample.id, name))) for name in sample.alike]
    return [sample.pixels, *pairs, *sample.elements]


def tie(keys: Sequence[Iterable[str]]) -> list[list[int]]:
    """Positions that share a key, directly or through others, in order of their first.

    >>> tie([["a"], ["b"], ["a", "c"], ["c"]])
    [[0, 2, 3], [1]]
    """
    parent = list(range(len(keys)))

    def root(index: int) -> int:
        while parent[index] != index:
            parent[index] = parent[parent[index]]  # halve the path for those who come later
            index = parent[index]
        return index

    first: dict[str, int] = {}
    for index, names in enumerate(keys):
        for name in names:
            a, b = root(first.setdefault(name, index)), root(index)
            parent[max(a, b)] = min(a, b)
    groups: dict[int, list[int]] = {}
    for index in range(len(keys)):
        groups.setdefault(root(index), []).append(index)
    return list(groups.values())
