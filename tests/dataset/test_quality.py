import numpy as np
import pytest
from PIL import Image, ImageFilter

from dataset.config import SUSPICIONS, DatasetConfig
from dataset.pictures.grey import small_grey
from dataset.pictures.quality import entropy, measure, quantiles, sharpness, suspicions
from tests.dataset.pictures import Pixels, pixels

EVERY_CHANNEL = (1, 1, 3)


def words(image: Pixels | Image.Image, **thresholds: float) -> list[str]:
    picture = image if isinstance(image, Image.Image) else Image.fromarray(image)
    quality = measure(small_grey(picture), picture.size)
    return [*suspicions(quality, DatasetConfig(**thresholds))]  # type: ignore[arg-type]  # all are numbers


def lit(low: int, high: int) -> Pixels:
    """Noise between two levels."""
    grey = np.random.default_rng(0).integers(low, high, (64, 64, 1), dtype=np.uint8)
    return np.tile(grey, EVERY_CHANNEL)


def test_the_laplacian_is_that_of_its_definition() -> None:
    grey = pixels(0, 9, 7)[:, :, 0].copy()
    x = grey.astype(float)
    expected = [
        4 * x[r, c] - x[r - 1, c] - x[r + 1, c] - x[r, c - 1] - x[r, c + 1]
        for r in range(1, 8)
        for c in range(1, 6)
    ]
    assert sharpness(grey) == pytest.approx(np.var(expected), rel=1e-12)
    assert sharpness(grey[:2]) == 0.0


def test_quantiles_and_entropy_of_known_levels() -> None:
    levels = np.zeros(256, np.int64)
    levels[[0, 51, 102, 255]] = 5
    assert quantiles(levels, (0.25, 0.26, 0.75, 0.95)) == [0, 0.2, 0.4, 1]
    assert entropy(levels) == 2.0
    assert entropy(np.bincount([7], minlength=256)) == 0.0


def test_a_good_picture_is_not_flagged() -> None:
    assert words(lit(0, 256)) == []


def test_each_fault_has_its_word() -> None:
    blurred = Image.fromarray(lit(0, 256)).filter(ImageFilter.GaussianBlur(3))
    assert words(blurred) == ["blurry"]
    assert words(lit(0, 50)) == ["dark"]
    assert words(lit(215, 256)) == ["overexposed"]
    assert words(np.where(lit(0, 256) < 128, np.uint8(60), np.uint8(180))) == ["flat"]
    assert words(pixels(0, 40, 200)) == ["narrow"]
    assert words(pixels(0, 200, 40)) == ["narrow"]
    assert words(pixels(0, 20, 20)) == ["tiny"]


def test_one_plain_colour_is_suspicious_in_several_ways() -> None:
    assert words(np.zeros((64, 64, 3), np.uint8)) == ["blurry", "dark", "flat"]
    assert words(np.full((64, 64, 3), 255, np.uint8)) == ["blurry", "overexposed", "flat"]


def test_a_threshold_in_the_config_decides() -> None:
    never = dict.fromkeys(("blurry", "dark", "flat", "tiny"), 0) | {"overexposed": 1, "narrow": 1e9}
    for image in pixels(0, 9, 90), np.zeros((1, 1, 3), np.uint8), np.full((4, 4, 3), 255, np.uint8):
        assert words(image, **never) == []
    always = dict.fromkeys(("blurry", "dark", "flat", "tiny"), 10**9) | {"overexposed": -1}
    assert words(pixels(0), **always, narrow=0.5) == [*SUSPICIONS]
