from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from dataset.cleaning.clean import Sample, clean
from dataset.config import DatasetConfig
from dataset.splitting.partition import Placed, partition
from dataset.splitting.split import STRICTEST_FIRST
from dataset.tables import LedgerRow
from tests.dataset.pictures import seen

CONFIG = DatasetConfig()


def parted(
    samples: Sequence[Sample], ledger: Sequence[LedgerRow], config: DatasetConfig
) -> tuple[Sequence[Placed], Sequence[LedgerRow]]:
    found = partition(samples, ledger, config)
    return found.placed, found.ledger


def samples(*names: str, **said: object) -> list[Sample]:
    kept, _ = clean([seen(name, **said) for name in names], {})  # type: ignore[arg-type]  # of all kinds
    return kept


def official(split: str, *names: str) -> list[Sample]:
    return samples(*names, official=split)


def names(count: int) -> list[str]:
    return [f"{number * 2654435761 % 2**32:08x}" for number in range(count)]


def test_samples_come_in_the_order_of_the_ledger_old_ones_first() -> None:
    first, ledger = parted(samples(*names(20)), [], CONFIG)
    assert [one.sample.id for one in first] == [row.sample for row in ledger] == sorted(names(20))
    second, longer = parted(samples(*names(30)), ledger, CONFIG)
    assert second[:20] == first
    assert longer[:20] == ledger
    assert [row.sample for row in longer[20:]] == sorted(names(30)[20:])


def test_the_ledger_keeps_what_has_gone_and_twins_that_are_no_samples() -> None:
    kept, _ = clean([seen("b", shows="x"), seen("a", shows="x"), seen("c")], {})
    _, ledger = parted(kept, [LedgerRow(sample="gone", group="gone", split="val")], CONFIG)
    assert [(row.sample, row.group) for row in ledger] == [
        ("gone", "gone"),
        ("b", "a"),
        ("a", "a"),
        ("c", "c"),
    ]


def test_asked_again_with_the_longer_ledger_it_answers_the_same() -> None:
    kept, _ = clean([seen("b", shows="x"), seen("a", shows="x"), *map(seen, names(9))], {})
    placed, ledger = parted(kept, [], CONFIG)
    assert parted(kept, ledger, CONFIG) == (placed, ledger)


def test_a_bridge_between_old_splits_is_a_known_leak() -> None:
    ledger = [
        LedgerRow(sample="a", group="a", split="train"),
        LedgerRow(sample="b", group="b", split="test"),
    ]
    tied = samples("a", "b", "c", elements=("page 1",))
    placed, longer = parted([*tied, *samples("d")], ledger, CONFIG)
    assert [(one.sample.id, one.split, one.leak) for one in placed] == [
        ("a", "train", True),
        ("b", "test", True),
        ("c", "test", True),
        ("d", "val", False),
    ]
    assert parted([*tied, *samples("d")], longer, CONFIG)[0] == placed


def test_an_official_test_split_stands_and_val_comes_from_train() -> None:
    train, test = official("train", *names(40)), official("test", *names(50)[40:])
    placed, _ = parted(train + test, [], CONFIG)
    splits = {one.sample.id: one.split for one in placed}
    assert {splits[sample.id] for sample in test} == {"test"}
    assert Counter(splits[sample.id] for sample in train) == {"train": 34, "val": 6}


def test_an_official_split_of_three_leaves_nothing_to_choose() -> None:
    all_three = [
        *official("train", *names(9)[:5]),
        *official("val", *names(9)[5:7]),
        *official("test", *names(9)[7:]),
    ]
    placed, _ = parted(all_three, [], CONFIG)
    assert all(one.split == one.sample.item.official for one in placed)


def test_equal_pictures_across_official_splits_stay_and_are_known_leaks() -> None:
    train, test = official("train", *names(12)), official("test", names(12)[0], "elsewhere")
    placed, ledger = parted(train + test, [], CONFIG)
    assert len(placed) == 14
    leaks = [(one.sample.item.official, one.split) for one in placed if one.leak]
    assert leaks == [("train", "train"), ("test", "test")]
    assert Counter(row.sample for row in ledger)[names(12)[0]] == 1
    assert next(row.split for row in ledger if row.sample == names(12)[0]) == "test"
    assert parted(train + test, ledger, CONFIG) == (placed, ledger)


def test_an_official_train_sample_never_goes_to_test_whatever_the_ledger_says() -> None:
    ledger = [LedgerRow(sample=name, group=name, split="test") for name in names(6)]
    placed, _ = parted([*official("train", *names(6)), *official("test", "z")], ledger, CONFIG)
    assert {one.split for one in placed if one.sample.item.official == "train"} == {"train"}


def test_shares_of_nothing_leave_all_to_train() -> None:
    placed, _ = parted(samples(*names(9)), [], replace(CONFIG, val_fraction=0.0, test_fraction=0.0))
    assert {one.split for one in placed} == {"train"}


def test_every_split_is_filled_from_three_pictures_on() -> None:
    placed, _ = parted(samples("a", "b", "c"), [], CONFIG)
    assert {one.split for one in placed} == set(STRICTEST_FIRST)
