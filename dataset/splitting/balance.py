"""How near the splits come to the shares that were asked for, in all and class by class."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from dataset.tables import SPLITS

FEW_TESTS = 5  # samples of a class in test below which its score says next to nothing

Shares = Mapping[str, float]  # by split


@dataclass(frozen=True, slots=True)
class Balance:
    """Samples of each class in each split, beside the shares that were asked for."""

    wanted: Shares
    counts: Mapping[str, Mapping[str, int]]  # by label, then by split

    @property
    def achieved(self) -> dict[str, float]:
        """The share of all samples that each split holds."""
        return _shares({split: sum(row[split] for row in self.counts.values()) for split in SPLITS})

    @property
    def error(self) -> float:
        """By how much the achieved share of a split is off at most."""
        return max(abs(self.achieved[split] - self.wanted[split]) for split in SPLITS)

    def class_errors(self) -> dict[str, float]:
        """For each label, by how much its share of a split is off at most."""
        return {
            label: max(abs(share - self.wanted[split]) for split, share in _shares(row).items())
            for label, row in self.counts.items()
        }

    def few_tests(self) -> dict[str, int]:
        """Samples in test of each label with fewer than FEW_TESTS, if a test split is wanted."""
        if not self.wanted["test"]:
            return {}
        return {label: row["test"] for label, row in self.counts.items() if row["test"] < FEW_TESTS}


def balance(placed: Iterable[tuple[str, str]], wanted: Shares) -> Balance:
    """The balance of samples given as (label, split); `wanted` names every split.

    >>> found = balance([("a", "train"), ("a", "train"), ("a", "val"), ("a", "test")],
    ...                 {"train": 0.7, "val": 0.15, "test": 0.15})
    >>> found.achieved, round(found.error, 2), found.few_tests()
    ({'train': 0.5, 'val': 0.25, 'test': 0.25}, 0.2, {'a': 1})
    """
    counts = Counter(placed)
    labels = dict.fromkeys(label for label, _ in counts)
    return Balance(wanted, {label: {s: counts[label, s] for s in SPLITS} for label in labels})


def _shares(counts: Mapping[str, int]) -> dict[str, float]:
    whole = sum(counts.values())
    return {split: counts[split] / whole for split in SPLITS}
