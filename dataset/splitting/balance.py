"""How near the splits come to what was asked for, in all and class by class."""

from collections.abc import Mapping
from dataclasses import dataclass

from dataset.splitting.quota import FEW_TESTS, Quota
from dataset.tables import SPLITS


@dataclass(frozen=True, slots=True)
class Balance:
    """Samples of each class in each split, beside those that were asked for.

    >>> found = Balance({"a": {"train": 2, "val": 1, "test": 1}},
    ...                 {"a": {"train": 2.8, "val": 0.6, "test": 0.6}})
    >>> found.achieved
    {'train': 0.5, 'val': 0.25, 'test': 0.25}
    >>> f"{found.error:.3f}"
    '0.200'
    """

    counts: Mapping[str, Mapping[str, int]]  # by label, then by split, as is
    quotas: Mapping[str, Quota]

    @property
    def achieved(self) -> dict[str, float]:
        """The share of all samples that each split holds."""
        return _shares(_sums(self.counts))

    @property
    def wanted(self) -> dict[str, float]:
        """The share of all samples that each split should hold."""
        return _shares(_sums(self.quotas))

    @property
    def error(self) -> float:
        """By how much the achieved share of a split is off at most."""
        return _off(_sums(self.counts), _sums(self.quotas))

    def class_errors(self) -> dict[str, float]:
        """For each label, by how much its share of a split is off at most."""
        return {label: _off(counts, self.quotas[label]) for label, counts in self.counts.items()}

    def few_tests(self) -> dict[str, int]:
        """Samples in test of each label with fewer than FEW_TESTS there, if any are wanted."""
        return {
            label: counts["test"]
            for label, counts in self.counts.items()
            if self.quotas[label]["test"] and counts["test"] < FEW_TESTS
        }


def _sums(rows: Mapping[str, Quota]) -> dict[str, float]:
    return {split: sum(row[split] for row in rows.values()) for split in SPLITS}


def _shares(sums: Quota) -> dict[str, float]:
    whole = sum(sums[split] for split in SPLITS)
    return {split: sums[split] / whole for split in SPLITS}


def _off(counts: Quota, quotas: Quota) -> float:
    """The largest difference, as a part of all samples."""
    whole = sum(counts[split] for split in SPLITS)
    return max(abs(counts[split] - quotas[split]) for split in SPLITS) / whole
