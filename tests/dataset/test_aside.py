from dataclasses import replace

from dataset.cleaning.aside import set_aside
from dataset.cleaning.decisions import KEEP, Decision, decided
from tests.dataset.pictures import seen

SUSPICIOUS = replace(seen("a"), flags=("dark", "tiny"))


def test_a_flag_that_is_named_is_the_reason() -> None:
    (one,) = set_aside([SUSPICIOUS], ("tiny", "flat"))
    assert (one.status, one.image) == ("tiny", None)
    assert one.detail


def test_other_flags_and_other_reasons_stay_as_they_are() -> None:
    others = [SUSPICIOUS, seen("b"), replace(SUSPICIOUS, reason="truncated")]
    assert [*set_aside(others, ("flat",))] == others
    assert [*set_aside(others, ())] == others
    assert [one.reason for one in set_aside(others, ("dark",))] == ["dark", "", "truncated"]


def test_an_official_split_loses_nothing() -> None:
    official = replace(SUSPICIOUS, item=replace(SUSPICIOUS.item, official="test"))
    assert [*set_aside([official], ("tiny",))] == [official]


def test_what_a_person_kept_is_not_set_aside() -> None:
    kept = decided([SUSPICIOUS], {"a": Decision(sha256="a", decision=KEEP, label="rose")})
    (one,) = set_aside(kept, ("tiny",))
    assert one.status == "image"
