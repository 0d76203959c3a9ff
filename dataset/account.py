"""What a person should know of a snapshot before training on it, line by line."""

import logging
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from dataset.splitting.balance import Balance
from dataset.splitting.partition import Partition, Placed
from dataset.splitting.quota import FEW_TESTS
from dataset.tables import SPLITS

LISTED = 5  # classes that a line names
CROWD = 0.1  # of a class in one cluster of copies, from which something is odd,
LEAST_CROWD = 10  # and samples

Line = tuple[int, str]  # level of logging, sentence


def account(partition: Partition, quarantined: int) -> Iterator[Line]:
    """The lines of the log about a partition and the number of inputs in quarantine."""
    placed, balance = partition.placed, partition.balance
    yield logging.INFO, f"{len(placed)} samples, {quarantined} inputs in quarantine"
    yield logging.INFO, _shares(balance)
    yield from _classes(placed, balance)
    suspicious = Counter(flag for one in placed for flag in one.sample.flags)
    if suspicious:
        counted = ", ".join(f"{number} {flag}" for flag, number in sorted(suspicious.items()))
        yield logging.INFO, f"flagged in samples.csv: {counted}"
    yield from _crowds(placed)
    for words, number in (
        ("samples have several labels", sum(len(one.sample.labels) > 1 for one in placed)),
        ("samples lie in clusters known to leak", sum(one.leak for one in placed)),
    ):
        if number:
            yield logging.WARNING, f"{number} {words}; samples.csv flags them"


def _shares(balance: Balance) -> str:
    """Shares reached, and by how much they are off."""
    reached = ", ".join(f"{split} {balance.achieved[split]:.1%}" for split in SPLITS)
    errors = balance.class_errors()
    worst = max(errors, key=lambda label: errors[label])
    return (
        f"{reached}; off by {balance.error:.1%} at most, "
        f"in a class by {errors[worst]:.1%} ({worst})"
    )


def _classes(placed: Sequence[Placed], balance: Balance) -> Iterator[Line]:
    """Classes with too few pictures to train, choose and test, or to test well."""
    groups: dict[str, set[str]] = defaultdict(set)
    for one in placed:
        groups[one.sample.item.label].add(one.group)
    small = sorted(label for label, names in groups.items() if len(names) < len(SPLITS))
    if small:
        yield logging.WARNING, f"too few pictures to train, choose and test: {_some(small)}"
    few = [f"{label} ({count})" for label, count in balance.few_tests().items()]
    if few:
        remedy = "" if any(one.fold for one in placed) else "; --folds 5 lets each be tested on"
        yield logging.WARNING, f"fewer than {FEW_TESTS} samples to test: {_some(few)}{remedy}"


def _crowds(placed: Sequence[Placed]) -> Iterator[Line]:
    """Clusters of copies that hold so much of a class that its splits must be lopsided."""
    sizes = Counter(one.sample.item.label for one in placed)
    crowds = Counter((one.group, one.sample.item.label) for one in placed)
    for (_, label), count in sorted(crowds.items(), key=lambda pair: (-pair[1], pair[0])):
        if count >= max(LEAST_CROWD, CROWD * sizes[label]):
            told = f"{count} of {sizes[label]} samples of {label} are copies of each other"
            yield logging.WARNING, f"{told}, and lie in one split; --duplicates equal parts them"


def _some(words: Sequence[str]) -> str:
    more = f" and {len(words) - LISTED} more" if len(words) > LISTED else ""
    return ", ".join(words[:LISTED]) + more
