from dataclasses import replace

from dataset.cleaning.clean import clean
from dataset.pictures.examine import Examined
from dataset.reading.inputs import Item
from tests.dataset.pictures import seen


def test_inputs_are_samples_or_quarantine_and_nothing_else() -> None:
    refused = replace(seen("d"), reason="truncated", detail="it stops before its end")
    examined = [seen("a"), seen("a"), seen("b", shows="pixels of a"), seen("c"), refused]
    samples, quarantine = clean(examined, {})
    assert [sample.id for sample in samples] == ["a", "c"]
    assert [(row.reason, row.kept) for row in quarantine] == [
        ("duplicate-bytes", "a"),
        ("duplicate-pixels", "a"),
        ("truncated", ""),
    ]


def test_of_equal_pictures_the_first_stays() -> None:
    examined = [seen("b", shows="x"), seen("a", shows="x")]
    samples, _ = clean(examined, {})
    assert [(sample.id, sample.twins) for sample in samples] == [("b", ("a",))]


def test_a_picture_that_was_a_sample_before_stays_one() -> None:
    examined = [seen("new", shows="x"), seen("late", shows="x"), seen("old", shows="x")]
    samples, _ = clean(examined, {"old": 4, "late": 9})
    assert [(sample.id, sample.twins) for sample in samples] == [("old", ("late", "new"))]


def test_a_picture_under_two_labels_keeps_the_first_and_tells_both() -> None:
    examined = [
        seen("a", label="rose", labels=("rose",)),
        seen("a", label="薔薇", labels=("薔薇",)),
    ]
    samples, quarantine = clean(examined, {})
    assert samples[0].item.label == "rose"
    assert samples[0].labels == ("rose", "薔薇")
    assert quarantine[0].label == "薔薇"


def test_a_sample_is_an_alternative_of_all_elements_its_twins_are() -> None:
    examined = [seen("a", elements=("p 1",)), seen("b", shows="pixels of a", elements=("q 2",))]
    samples, _ = clean(examined, {})
    assert samples[0].elements == ("p 1", "q 2")


def test_an_official_split_loses_nothing() -> None:
    one = Examined(
        item=Item(source=None, label="7", labels=("7",), official="train", path="x_train[0]"),
        total=2,
        sha256="a",
        pixels="a",
    )
    twin = replace(one, item=replace(one.item, official="test", path="x_test[0]"))
    samples, quarantine = clean([one, twin], {})
    assert [sample.item.official for sample in samples] == ["train", "test"]
    assert quarantine == []
