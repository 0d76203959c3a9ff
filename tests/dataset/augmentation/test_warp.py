"""Affine maps beside Pillow's: to the nearest equal, bilinear within a level inside the image."""

import numpy as np
import pytest
from PIL import Image

from dataset.augmentation.warp import bilinear, nearest
from tests.dataset.augmentation.photos import photos

NOISE = np.random.default_rng(2).integers(0, 256, (40, 32, 32, 3), dtype=np.uint8)
IDENTITY = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)


def maps_near(number: float, n: int) -> np.ndarray:
    """Maps around the identity, with shifts of up to 4 pixels."""
    rng = np.random.default_rng(3)
    maps = rng.uniform(-number, number, (n, 6)) + IDENTITY
    maps[:, [2, 5]] = rng.uniform(-4, 4, (n, 2))
    return maps


def by_pillow(x: np.ndarray, coefficients: np.ndarray, size: int, how: int) -> np.ndarray:
    image = Image.fromarray(x)
    affine = Image.Transform.AFFINE
    return np.asarray(image.transform((size, size), affine, tuple(coefficients), how))


def test_to_the_nearest_is_that_of_pillow_borders_and_all() -> None:
    maps = maps_near(0.7, len(NOISE))
    ours = nearest(NOISE, maps)
    for x, coefficients, out in zip(NOISE, maps, ours, strict=True):
        assert (out == by_pillow(x, coefficients, 32, Image.Resampling.NEAREST)).all()


@pytest.mark.parametrize(("stored", "size"), [(36, 32), (32, 32), (20, 32)])
def test_bilinear_is_within_a_level_of_pillow_inside_the_image(stored: int, size: int) -> None:
    x, maps = photos(40, stored), maps_near(0.2, 40)
    maps[:, [0, 1, 3, 4]] *= stored / size
    ours = bilinear(x, maps, size).astype(int)
    middles = np.arange(size) + 0.5
    for image, m, out in zip(x, maps, ours, strict=True):
        theirs = by_pillow(image, m, size, Image.Resampling.BILINEAR)
        u = m[0] * middles + m[1] * middles[:, None] + m[2]
        v = m[3] * middles + m[4] * middles[:, None] + m[5]
        inside = (np.minimum(u, v) > 0.5) & (np.maximum(u, v) < stored - 0.5)
        assert inside.sum() > 200
        assert np.abs(out - theirs)[inside].max() <= 1


def test_the_identity_changes_nothing_and_half_a_pixel_is_the_mean_of_two() -> None:
    maps = np.tile(IDENTITY, (len(NOISE), 1))
    assert (bilinear(NOISE, maps, 32) == NOISE).all()
    maps[:, 2] = 0.5
    wide = NOISE.astype(int)
    half = (wide[:, :, :-1] + wide[:, :, 1:] + 1) // 2
    assert (bilinear(NOISE, maps, 32)[:, :, :-1] == half).all()


@pytest.mark.parametrize("shift", [-4, 3])
def test_beyond_its_borders_an_image_goes_on_mirrored(shift: int) -> None:
    maps = np.tile(IDENTITY, (len(NOISE), 1))
    maps[:, [2, 5]] = shift
    wide = np.pad(NOISE, ((0, 0), (4, 4), (4, 4), (0, 0)), mode="reflect")
    window = slice(4 + shift, 36 + shift)
    assert (bilinear(NOISE, maps, 32) == wide[:, window, window]).all()


def test_an_image_of_one_pixel_can_be_mapped() -> None:
    x = np.full((1, 1, 1, 3), 77, np.uint8)
    assert (bilinear(x, np.array([[1.3, 0.2, -0.4, 0.1, 0.9, 0.8]]), 1) == 77).all()
