import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from dataset.copies.alike import ALIKE, alike
from dataset.copies.hashes import dhashes, frequencies, orient, phash, phashes
from dataset.copies.near import near_pairs, stars
from dataset.copies.search import close
from dataset.copies.thumbnail import thumbnails, trimmed
from dataset.pictures.grey import small_grey
from tests.dataset.copies import COPIES, jpeg, opened, scene

COUNT = 16


def seen(images: list[Image.Image]) -> NDArray[np.uint8]:
    return np.stack([thumbnails(small_grey(image)) for image in images])


def large(count: int) -> NDArray[np.bool_]:
    return np.zeros(count, bool)


@pytest.mark.parametrize("name", COPIES)
def test_a_copy_is_found_and_nothing_else(name: str) -> None:
    originals = [scene(seed) for seed in range(COUNT)]
    copies = [opened(jpeg(COPIES[name](image))) for image in originals]
    pairs = near_pairs(seen(originals + copies), large(2 * COUNT))
    assert pairs == [(number, number + COUNT) for number in range(COUNT)]


def test_equal_frames_make_no_copies() -> None:
    """Soft pictures, in which nothing is as strong as the frame."""
    soft = [
        scene(seed).resize((6, 5)).resize((168, 132), Image.Resampling.BICUBIC) for seed in (0, 1)
    ]
    framed = [COPIES["border"](image.point(lambda level: level // 2)) for image in soft]
    views = seen([*framed, COPIES["mirrored"](framed[0])])
    assert near_pairs(views, large(3)) == [(0, 2)]
    assert alike(views[:1, 0], views[1:2, 0])[0] < ALIKE


def test_even_surfaces_are_no_copies_of_each_other() -> None:
    surfaces = [Image.new("RGB", (90, 80), (level, level, level)) for level in (0, 90, 255)]
    assert near_pairs(seen(surfaces), large(3)) == []


def test_of_small_pictures_crops_are_not_found() -> None:
    image = scene(0)
    views = seen([image, COPIES["crop"](image), COPIES["mirrored"](image)])
    assert near_pairs(views, ~large(3)) == [(0, 2)]


@pytest.mark.parametrize("orientation", range(8))
def test_hashes_of_a_turned_picture_are_those_of_the_picture(orientation: int) -> None:
    thumbs = seen([scene(seed) for seed in range(4)])[:, 0]
    turned = np.ascontiguousarray(orient(thumbs, orientation))
    own = phashes(frequencies(thumbs)[:, 0])[orientation]
    assert (phash(frequencies(turned)[:, 0]) == own).all()
    assert (dhashes(turned)[0] == dhashes(thumbs)[orientation]).all()


def test_the_search_finds_what_comparing_one_by_one_finds() -> None:
    random = np.random.default_rng(0)
    hashes = random.integers(0, 2**64, 9000, dtype=np.uint64)
    queries = hashes[::300] ^ np.uint64(0b1011)
    found = {
        (int(row), int(column))
        for rows, columns in close(queries, hashes, 3)
        for row, column in zip(rows, columns, strict=True)
    }
    assert found == {(number, 300 * number) for number in range(30)}


def test_borders_are_cut_off_but_never_nearly_everything() -> None:
    grey = np.full((100, 80), 250, np.uint8)
    grey[20:70, 10:60] = np.random.default_rng(0).integers(0, 256, (50, 50))
    assert trimmed(grey) == (10, 20, 60, 70)
    grey[20:70, 20:] = 250
    assert trimmed(grey) == (0, 0, 80, 100)


def test_a_strip_at_any_side_may_differ() -> None:
    thumb = seen([scene(3)])[:, 0]
    for strip in (np.s_[:, :5], np.s_[:, -5:], np.s_[:, :, :5], np.s_[:, :, -5:]):
        marked = thumb.copy()
        marked[strip] = np.random.default_rng(1).integers(0, 256, marked[strip].shape)
        assert alike(thumb, marked)[0] > ALIKE
    other = seen([scene(4)])[:, 0]
    assert alike(thumb, other)[0] < ALIKE / 2


def test_stars_stand_around_the_picture_with_most_copies_and_are_no_chains() -> None:
    chain = [(number, number + 1) for number in range(6)]
    assert stars("abcdefg", chain) == [1, 1, 1, 3, 3, 5, 5]
    assert stars("abcdefg", [*chain, (0, 4)]) == [4, 1, 1, 4, 4, 4, 6]


@settings(deadline=None)
@given(st.sets(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=20))
def test_a_star_has_only_copies_of_its_medoid(edges: set[tuple[int, int]]) -> None:
    pairs = sorted({(min(pair), max(pair)) for pair in edges if pair[0] != pair[1]})
    medoids = stars([str(number) for number in range(10)], pairs)
    for place, medoid in enumerate(medoids):
        assert medoids[medoid] == medoid
        assert place == medoid or (min(place, medoid), max(place, medoid)) in pairs
