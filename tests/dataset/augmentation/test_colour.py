"""Colours beside Pillow's: brightness and grey equal, contrast and saturation within a level."""

import colorsys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageEnhance

from dataset.augmentation.chance import Chance
from dataset.augmentation.colour import Recolouring, jittered
from tests.dataset.augmentation.photos import chance, distance_from_uniform, photos

Images = NDArray[np.uint8]
Reals = NDArray[np.float64]

X = np.concatenate([
    photos(20, 32),
    np.random.default_rng(1).integers(0, 256, (20, 32, 32, 3), dtype=np.uint8),
])  # fmt: skip
FACTORS = np.linspace(0.01, 1.99, len(X))


def recoloured(change: Callable[[Recolouring], Recolouring], x: Images = X) -> NDArray[np.int64]:
    out = x.copy()
    change(Recolouring.none(x)).apply(out)
    return out.astype(np.int64)


def enhanced(kind: Callable[[Image.Image], ImageEnhance._Enhance]) -> Images:
    pairs = zip(X, FACTORS, strict=True)
    return np.stack([np.asarray(kind(Image.fromarray(x)).enhance(f)) for x, f in pairs])


def test_brightness_is_that_of_pillow() -> None:
    ours = recoloured(lambda change: change.brightness(FACTORS))
    by_hand = np.clip(X * FACTORS.astype(np.float32)[:, None, None, None], 0, 255).astype(np.uint8)
    assert (ours == by_hand).all()
    assert (ours == enhanced(ImageEnhance.Brightness)).all()


def test_grey_is_that_of_pillow_on_the_chosen_images() -> None:
    chosen = np.arange(len(X)) % 2 == 0
    ours = recoloured(lambda change: change.grey(chosen))
    expected = X.copy()
    for row in np.flatnonzero(chosen):
        expected[row] = np.asarray(Image.fromarray(X[row]).convert("L"))[..., None]
    assert (ours == expected).all()


def test_grey_is_exact_for_every_level_of_each_channel() -> None:
    ramp = np.arange(256, dtype=np.int64)
    levels = np.stack(np.meshgrid(ramp, ramp[::5], ramp[::5], indexing="ij"), axis=-1)
    x = levels.reshape(1, 256, -1, 3)
    expected = (x @ np.array([19595, 38470, 7471]) + 0x8000) >> 16
    ours = recoloured(lambda change: change.grey(np.array([True])), x.astype(np.uint8))
    assert (ours == expected[..., None]).all()


def test_contrast_and_saturation_are_within_a_level_of_pillow() -> None:
    contrast = recoloured(lambda change: change.contrast(FACTORS))
    assert np.abs(contrast - enhanced(ImageEnhance.Contrast)).max() <= 1
    saturation = recoloured(lambda change: change.saturation(FACTORS))
    assert np.abs(saturation - enhanced(ImageEnhance.Color)).max() <= 1


def test_hue_keeps_the_mean_of_the_channels_and_turns_as_far_as_hsv_does() -> None:
    turns = np.linspace(-0.05, 0.05, 20)
    x = np.clip(photos(20, 32), 70, 185)  # so that no level is clipped
    ours = recoloured(lambda change: change.hue(turns), x)
    assert np.abs((ours - x.astype(np.int64)).mean(axis=3)).max() < 1.1
    coloured = np.ptp(x, axis=3) > 60
    gone = (hues(ours) - hues(x) - turns[:, None, None] + 0.5) % 1 - 0.5
    assert 360 * np.abs(gone[coloured]).max() < 3  # levels are rounded down
    assert coloured.mean() > 0.3


def hues(x: NDArray[Any]) -> Reals:
    """The hue of each pixel as HSV has it, in turns: (N, H, W, 3) -> (N, H, W)."""
    pixels = (x.reshape(-1, 3) / 255).tolist()
    return np.array([colorsys.rgb_to_hsv(*pixel)[0] for pixel in pixels]).reshape(x.shape[:3])


def test_no_turn_and_factors_of_one_change_nothing() -> None:
    one = np.ones(len(X))
    same = recoloured(lambda c: c.brightness(one).contrast(one).saturation(one))
    assert (same == X).all()
    assert np.abs(recoloured(lambda c: c.hue(one)) - X).max() <= 1


def test_folded_operations_are_those_one_by_one_where_nothing_is_clipped() -> None:
    x = np.clip(photos(20, 32), 90, 160)
    f, turns = np.linspace(0.8, 1.2, 20), np.linspace(-0.05, 0.05, 20)
    once = recoloured(lambda c: c.brightness(f).contrast(f[::-1]).saturation(f).hue(turns), x)
    step = recoloured(lambda c: c.brightness(f), x).astype(np.uint8)
    step = recoloured(lambda c: c.contrast(f[::-1]), step).astype(np.uint8)
    step = recoloured(lambda c: c.saturation(f), step).astype(np.uint8)
    assert np.abs(once - recoloured(lambda c: c.hue(turns), step)).max() <= 4  # 4 roundings down


@pytest.mark.parametrize("name", ["brightness", "contrast", "saturation"])
def test_factors_are_even_from_three_fifths_to_seven(name: str) -> None:
    x = np.full((2048, 2, 2, 3), 100, np.uint8)
    x[:, 0] = (60, 90, 120)
    change = jittered(x, chance(2048), (name,))
    factors = change.matrix[:, 0, 0] - change.matrix[:, 1, 0]
    assert distance_from_uniform(factors, 0.6, 1.4) < 1.95


def test_one_image_in_ten_is_grey() -> None:
    change = jittered(photos(1, 2).repeat(4096, axis=0), chance(4096), ("grey",))
    share = (change.offset[:, 0] > 0).mean()
    assert abs(share - 0.1) < 3.3 * (0.09 / 4096) ** 0.5


def test_an_image_is_recoloured_the_same_in_any_batch() -> None:
    names = ("brightness", "contrast", "saturation", "hue", "grey")
    x, whole = photos(100, 8), photos(100, 8)
    jittered(x, chance(100), names).apply(whole)
    for row in (0, 31, 32, 99):
        alone, dice = x[row : row + 1].copy(), chance(100)
        jittered(alone, Chance(dice.keys[row : row + 1], 0, 1), names).apply(alone)
        assert (alone[0] == whole[row]).all()
