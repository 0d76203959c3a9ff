"""Each operation of TrivialAugment beside Pillow's."""

from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image, ImageEnhance, ImageOps

from dataset.augmentation.chance import Chance
from dataset.augmentation.trivial import TABLE, trivial_augment
from tests.dataset.augmentation.photos import chance, photos

SIGNED = np.arange(-30, 31) / 30
X = np.concatenate([
    photos(51, 32),
    np.random.default_rng(1).integers(0, 256, (8, 32, 32, 3), dtype=np.uint8),
    np.full((1, 32, 32, 3), 93, np.uint8),
    np.full((1, 32, 32, 3), (0, 7, 255), np.uint8),
])  # fmt: skip


def moved(image: Image.Image, *coefficients: float) -> Image.Image:
    return image.transform(image.size, Image.Transform.AFFINE, coefficients)


PILLOW: dict[str, Callable[[Image.Image, float], Image.Image]] = {
    "identity": lambda image, _: image,
    "autocontrast": lambda image, _: ImageOps.autocontrast(image),
    "equalize": lambda image, _: ImageOps.equalize(image),
    "brightness": lambda image, s: ImageEnhance.Brightness(image).enhance(1 + 0.99 * s),
    "colour": lambda image, s: ImageEnhance.Color(image).enhance(1 + 0.99 * s),
    "contrast": lambda image, s: ImageEnhance.Contrast(image).enhance(1 + 0.99 * s),
    "sharpness": lambda image, s: ImageEnhance.Sharpness(image).enhance(1 + 0.99 * s),
    "posterize": lambda image, s: ImageOps.posterize(image, 8 - round(6 * abs(s))),
    "solarize": lambda image, s: image.point(
        [i if i < 256 * (1 - abs(s)) else 255 - i for i in range(256)] * 3
    ),
    "rotate": lambda image, s: image.rotate(135 * s),
    "shear_x": lambda image, s: moved(image, 1, 0.99 * s, 0, 0, 1, 0),
    "shear_y": lambda image, s: moved(image, 1, 0, 0, 0.99 * s, 1, 0),
    "translate_x": lambda image, s: moved(image, 1, 0, 32 * s, 0, 1, 0),
    "translate_y": lambda image, s: moved(image, 1, 0, 0, 0, 1, 32 * s),
}
TOLERANCE = {"colour": 1, "contrast": 1}


@pytest.mark.parametrize("name", TABLE)
def test_an_operation_is_that_of_pillow_at_every_strength(name: str) -> None:
    ours = TABLE[name](X.copy(), SIGNED).astype(int)
    pairs = zip(X, SIGNED.tolist(), strict=True)
    theirs = np.stack([np.asarray(PILLOW[name](Image.fromarray(x), s)) for x, s in pairs])
    assert np.abs(ours - theirs).max() <= TOLERANCE.get(name, 0)


def test_every_operation_is_as_likely(monkeypatch: pytest.MonkeyPatch) -> None:
    counts = dict.fromkeys(TABLE, 0)
    strengths: list[float] = []

    def counting(name: str) -> Callable[[np.ndarray, np.ndarray], np.ndarray]:
        def count(images: np.ndarray, signed: np.ndarray) -> np.ndarray:
            counts[name] += len(images)
            strengths.extend(signed.tolist())
            return images

        return count

    table = {name: counting(name) for name in TABLE}
    monkeypatch.setattr("dataset.augmentation.trivial.TABLE", table)
    trivial_augment(np.zeros((4096, 1, 1, 3), np.uint8), chance(4096))
    expected = 4096 / len(TABLE)
    assert sum((count - expected) ** 2 / expected for count in counts.values()) < 34.5  # 13, .001
    steps = np.bincount(np.rint(30 * np.abs(strengths)).astype(int), minlength=31)
    assert ((steps - 4096 / 31) ** 2 / (4096 / 31)).sum() < 59.7  # 30 degrees of freedom, .001
    assert abs(np.sign(strengths).mean()) < 3.3 / 64


def test_an_image_is_augmented_the_same_in_any_batch() -> None:
    x, dice = photos(60, 16), chance(60)
    whole = x.copy()
    trivial_augment(whole, dice)
    assert (whole != x).any(axis=(1, 2, 3)).mean() > 0.7
    for row in range(60):
        alone = x[row : row + 1].copy()
        trivial_augment(alone, Chance(dice.keys[row : row + 1], dice.seed, dice.epoch))
        assert (alone[0] == whole[row]).all()
