import tracemalloc

import numpy as np
import pytest
from PIL import Image

from dataset.config import BACKGROUND, CROPS
from dataset.pictures.crop import energy_offset, square
from tests.dataset.pictures import Pixels, pixels


def cut(image: Pixels, stored: int, crop: str = "centre", background: str = BACKGROUND) -> Pixels:
    return square(Image.fromarray(image), stored, crop, background)


def test_the_centred_square_is_cut_out() -> None:
    image = np.zeros((10, 30, 3), np.uint8)
    image[:, 10:20] = 255
    assert (cut(image, 10) == 255).all()
    assert (cut(image, 5) == 255).all()  # nothing shines in from beyond


def test_resizing_down_averages_rather_than_picks() -> None:
    stripes = np.zeros((64, 64, 3), np.uint8)
    stripes[:, ::2] = 255
    small = cut(stripes, 8)[:, 2:-2]
    assert np.abs(small.astype(int) - 127).max() <= 2


def test_fit_squeezes_the_whole_picture() -> None:
    image = np.zeros((10, 30, 3), np.uint8)
    image[:, 15:] = 255
    fitted = cut(image, 10, "fit")
    assert (fitted[:, :4] == 0).all()
    assert (fitted[:, 6:] == 255).all()


@pytest.mark.parametrize(("height", "width"), [(10, 30), (30, 10)])
def test_a_letterbox_holds_the_whole_picture_in_its_proportions(height: int, width: int) -> None:
    boxed = cut(np.zeros((height, width, 3), np.uint8), 15, "letterbox", "#0a1420")
    upright = boxed if width > height else boxed.transpose(1, 0, 2)
    assert (upright[5:10] == 0).all()
    assert (upright[:5] == (10, 20, 32)).all()
    assert (upright[10:] == (10, 20, 32)).all()


@pytest.mark.parametrize("place", [0, 37, 200])
@pytest.mark.parametrize("factor", [1, 3])
@pytest.mark.parametrize("axes", [(0, 1, 2), (1, 0, 2)])
def test_the_energy_crop_goes_where_the_edges_are(
    place: int, factor: int, axes: tuple[int, ...]
) -> None:
    image = np.full((80, 300, 3), 90, np.uint8)
    image[:, place : place + 80] = pixels(0, 80, 80)[:, : 300 - place]
    large = image.repeat(factor, axis=0).repeat(factor, axis=1)
    found = energy_offset(Image.fromarray(large.transpose(axes)))
    assert abs(found - place * factor) <= 2 * factor


def test_a_thin_line_of_a_picture_costs_no_more_than_its_pixels() -> None:
    line = np.full((1, 3_000_000, 3), 90, np.uint8)
    line[0, 2_000_000:2_000_900] = pixels(0, 1, 900)
    tracemalloc.start()
    try:
        found = energy_offset(Image.fromarray(line))
        assert tracemalloc.get_traced_memory()[1] < 3_000_000
    finally:
        tracemalloc.stop()
    assert abs(found - 2_000_000) < 2000


def test_without_edges_the_energy_crop_is_the_centre_crop() -> None:
    plain = np.full((81, 300, 3), 90, np.uint8)
    assert energy_offset(Image.fromarray(plain)) == (300 - 81) // 2
    gradient = plain + np.arange(300, dtype=np.uint16)[None, :, None] // 3
    even = Image.fromarray(gradient.astype(np.uint8))
    assert abs(energy_offset(even) - (300 - 81) // 2) <= 3


def test_a_mirrored_picture_is_cut_at_the_mirrored_place() -> None:
    image = np.full((64, 200, 3), 90, np.uint8)
    image[20:50, 120:170] = pixels(1, 30, 50)
    there = energy_offset(Image.fromarray(image))
    back = energy_offset(Image.fromarray(image[:, ::-1].copy()))
    assert there + back == 200 - 64


@pytest.mark.parametrize("crop", CROPS)
@pytest.mark.parametrize("shape", [(1, 1), (1, 500), (500, 1), (2, 3), (129, 400), (128, 128)])
def test_a_picture_of_any_shape_becomes_the_stored_square(
    crop: str, shape: tuple[int, int]
) -> None:
    first, again = (cut(pixels(0, *shape), 9, crop) for _ in range(2))
    assert first.shape == (9, 9, 3)
    assert (first == again).all()


@pytest.mark.parametrize("crop", CROPS)
def test_a_square_picture_is_the_same_by_every_way(crop: str) -> None:
    assert (cut(pixels(0, 40, 40), 9, crop) == cut(pixels(0, 40, 40), 9)).all()
