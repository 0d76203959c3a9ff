"""What the log says of a snapshot."""

import logging
from dataclasses import replace

from dataset.account import account
from dataset.cleaning.clean import Sample, clean
from dataset.cleaning.sightings import with_pairs
from dataset.config import DatasetConfig
from dataset.splitting.partition import partition
from tests.dataset.pictures import seen

CONFIG = DatasetConfig()


def samples(label: str, count: int) -> list[Sample]:
    kept, _ = clean(
        [seen(f"{label}{n:03}", label=label, labels=(label,)) for n in range(count)], {}
    )
    return kept


def said(kept: list[Sample], config: DatasetConfig = CONFIG) -> list[str]:
    return [line for _, line in account(partition(kept, [], config), 7)]


def test_counts_and_shares_come_first() -> None:
    assert said(samples("rose", 100) + samples("薔薇", 40)) == [
        "140 samples, 7 inputs in quarantine",
        "train 70.0%, val 15.0%, test 15.0%; off by 0.0% at most, in a class by 0.0% (rose)",
    ]


def test_a_class_with_few_tests_is_named_with_the_remedy_until_it_is_taken() -> None:
    kept = samples("rose", 100) + samples("tulip", 12)
    assert "fewer than 5 samples to test: tulip (2); --folds 5 lets each be tested on" in said(kept)
    folded = said(kept, replace(CONFIG, folds=5))
    assert "fewer than 5 samples to test: tulip (2)" in folded


def test_without_a_test_split_nobody_misses_one() -> None:
    told = said(samples("rose", 50) + samples("tulip", 12), replace(CONFIG, test_fraction=0.0))
    assert not any("to test" in line for line in told)


def test_of_many_small_classes_five_are_named() -> None:
    kept = [sample for letter in "abcdefg" for sample in samples(letter, 2)]
    [line] = [line for line in said(kept) if line.startswith("too few")]
    assert line == "too few pictures to train, choose and test: a, b, c, d, e and 2 more"


def test_a_class_that_is_mostly_copies_of_each_other_is_told() -> None:
    kept = samples("rose", 60) + samples("tulip", 60)
    chain = [(n, n + 1) for n in range(29)]
    lines = list(account(partition(with_pairs(kept, chain), [], CONFIG), 0))
    told = (
        "30 of 60 samples of rose are copies of each other, and lie in one split; "
        "--duplicates equal parts them"
    )
    assert (logging.WARNING, told) in lines
