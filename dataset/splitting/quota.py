"""How many samples of a class belong in each split: its share, and enough to test with."""

from collections.abc import Mapping

from dataset.tables import SPLITS

FEW_TESTS = 5  # samples of a class in test below which its score says next to nothing
SPARE = 4 * FEW_TESTS  # samples of a class from which so many can be spared

Quota = Mapping[str, float]  # samples by split


def quota(total: int, shares: Mapping[str, float]) -> dict[str, float]:
    """The samples that each split shall have of a class of `total`; they add up to it.

    Where a share of a test split comes to fewer than FEW_TESTS, train gives what is missing, unless
    the class has fewer than SPARE samples.

    >>> quota(400, {"train": 0.75, "val": 0.125, "test": 0.125})
    {'train': 300.0, 'val': 50.0, 'test': 50.0}
    >>> quota(24, {"train": 0.75, "val": 0.125, "test": 0.125})
    {'train': 16.0, 'val': 3.0, 'test': 5.0}
    """
    wanted = {split: shares.get(split, 0.0) * total for split in SPLITS}
    if wanted["test"] and total >= SPARE:
        missing = max(0.0, FEW_TESTS - wanted["test"])
        wanted["test"] += missing
        wanted["train"] -= missing
    return wanted
