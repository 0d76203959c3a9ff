from collections.abc import Sequence

import pytest

from dataset.cleaning.clean import Sample, clean
from dataset.cleaning.conflicts import settle
from dataset.cleaning.sightings import with_pairs
from dataset.cleaning.withdraw import withdraw
from tests.dataset.pictures import seen


def star(*labels: str, official: str = "") -> list[Sample]:
    """Copies of one picture with these labels, and another picture."""
    examined = [
        seen(f"{number}", label=label, labels=(label,), official=official)
        for number, label in enumerate(labels)
    ]
    samples, _ = clean([*examined, seen("other", label="rose")], {})
    return with_pairs(samples, [(0, number) for number in range(1, len(labels))])


def labels(samples: Sequence[Sample]) -> list[str]:
    return [sample.item.label for sample in samples]


@pytest.mark.parametrize(
    ("how", "said", "kept", "dropped"),
    [
        ("keep", ("rose", "tulip", "tulip"), ["rose", "tulip", "tulip", "rose"], 0),
        ("drop", ("rose", "tulip", "tulip"), ["rose"], 3),
        ("drop", ("tulip", "tulip"), ["tulip", "tulip", "rose"], 0),
        ("majority", ("rose", "tulip", "tulip"), ["tulip", "tulip", "tulip", "rose"], 0),
        ("majority", ("rose", "tulip"), ["rose"], 2),
    ],
)
def test_conflicts_are_settled_as_the_config_says(
    how: str, said: tuple[str, ...], kept: list[str], dropped: int
) -> None:
    samples, reasons = settle(star(*said), how)
    samples, quarantine = withdraw(samples, [], reasons)
    assert labels(samples) == kept
    assert [row.reason for row in quarantine] == ["label-conflict"] * dropped
    if dropped:
        assert quarantine[0].detail == "it, or a copy of it, is said to be rose and tulip"


def test_a_sample_that_got_another_label_is_flagged() -> None:
    samples, _ = settle(star("rose", "tulip", "tulip"), "majority")
    assert [sample.flags for sample in samples] == [("relabelled",), (), (), ()]


def test_every_label_of_a_star_is_told_of_each_sample() -> None:
    assert star("rose", "tulip")[0].labels == ("rose", "tulip")


@pytest.mark.parametrize("how", ["drop", "majority"])
def test_an_official_split_keeps_its_conflicts(how: str) -> None:
    samples = star("rose", "tulip", official="test")
    assert settle(samples, how) == (samples, {})


def test_what_a_withdrawn_sample_stood_for_goes_with_it() -> None:
    samples, quarantine = clean([seen("a", shows="x"), seen("b", shows="x"), seen("c")], {})
    samples, quarantine = withdraw(samples, quarantine, {"a": ("boilerplate", "a logo")})
    assert [sample.id for sample in samples] == ["c"]
    assert [(row.reason, row.sha256, row.kept) for row in quarantine] == [
        ("boilerplate", "a", ""),
        ("boilerplate", "b", ""),
    ]
