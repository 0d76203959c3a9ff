"""What the report is about: a snapshot, as its tables and its dataset.json tell it."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dataset.hosts import host_of
from dataset.splitting.balance import Balance
from dataset.store import Images
from dataset.tables import QuarantineRow, SampleRow


@dataclass(frozen=True, slots=True)
class Facts:
    """A snapshot, and the pictures of its samples and of what was set aside."""

    document: Mapping[str, Any]
    rows: Sequence[SampleRow]
    quarantine: Sequence[QuarantineRow]
    image: Callable[[str], Images | None]  # by sha256: (stored, stored, 3), where there is one
    augmented: Callable[[str], Iterable[Images]]  # by label: (H, W, 3) each

    @property
    def classes(self) -> list[str]:
        classes: list[str] = self.document["classes"]
        return classes

    @property
    def recipe(self) -> Mapping[str, Any]:
        recipe: Mapping[str, Any] = self.document["recipe"]
        return recipe

    def balance(self) -> Balance:
        """The samples of each class in each split, and the quotas, the classes in their order."""
        return Balance(self.document["counts"], self.document["quotas"])

    def flagged(self, flag: str) -> list[SampleRow]:
        return [row for row in self.rows if flag in row.flags.split()]


def host(row: SampleRow) -> str:
    """The host of the page a sample stands on, else of the sample; empty where none is known."""
    return host_of(row.page_url or row.url)


def by_size(names: Iterable[str]) -> list[tuple[str, int]]:
    """Each name with its number, the most frequent first, and equals in order of their names."""
    return sorted(Counter(names).items(), key=lambda pair: (-pair[1], pair[0]))


def likeliest(counts: Counter[str]) -> str:
    """The most frequent name, of equals the first in order."""
    return min(counts, key=lambda name: (-counts[name], name))


def torn(pairs: Iterable[tuple[str, str]]) -> tuple[int, int]:
    """Of (name, split): how many names there are, and how many of them in several splits.

    >>> torn([("a", "train"), ("a", "test"), ("b", "val"), ("", "val")])
    (2, 1)
    """
    splits: dict[str, set[str]] = defaultdict(set)
    for name, split in pairs:
        if name:
            splits[name].add(split)
    return len(splits), sum(len(found) > 1 for found in splits.values())
