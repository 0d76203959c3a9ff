import pytest

from dataset.cleaning.boilerplate import boilerplate
from dataset.cleaning.clean import clean
from dataset.cleaning.sightings import with_pairs
from tests.dataset.pictures import seen


def pages(host: str, count: int) -> tuple[str, ...]:
    return tuple(f"https://{host}/{number}" for number in range(count))


@pytest.mark.parametrize(
    ("own", "everywhere", "furniture"),
    [
        (pages("a.example", 40), pages("a.example", 100), True),
        (pages("a.example", 29), pages("a.example", 100), False),
        (pages("a.example", 9), pages("a.example", 9), False),  # a site of nine pages
        (pages("a.example", 10), pages("a.example", 10) + pages("b.example", 99), True),
        (tuple(page for host in "abcde" for page in pages(host, 1)), (), True),
        (tuple(page for host in "abcd" for page in pages(host, 1)), (), False),
        ((), pages("a.example", 100), False),
    ],
)
def test_what_stands_nearly_everywhere_is_furniture(
    own: tuple[str, ...], everywhere: tuple[str, ...], *, furniture: bool
) -> None:
    samples, _ = clean([seen("logo", pages=own)], {})
    assert ("logo" in boilerplate(samples, (*own, *everywhere), 0.3)) is furniture
    assert boilerplate(samples, (*own, *everywhere), 0.0) == {}


def test_pages_of_near_duplicates_count_together() -> None:
    half = pages("a.example", 12)
    samples, _ = clean([seen("a", pages=half[:6]), seen("b", pages=half[6:])], {})
    assert boilerplate(samples, half, 0.3) == {}
    reasons = boilerplate(with_pairs(samples, [(0, 1)]), half, 0.3)
    sentence = "it stands on 12 of 12 pages of a.example"
    assert reasons == dict.fromkeys("ab", ("boilerplate", sentence))


def test_an_official_split_keeps_its_furniture() -> None:
    samples, _ = clean([seen("a", pages=pages("a", 20), official="test")], {})
    assert boilerplate(samples, pages("a", 20), 0.3) == {}
