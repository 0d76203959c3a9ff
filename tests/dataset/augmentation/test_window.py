import numpy as np
import pytest

from dataset.augment import augment
from dataset.augmentation.window import maps
from tests.dataset.augmentation.photos import chance, distance_from_uniform, photos

MANY = chance(4096)


def corners_seen(found: np.ndarray, size: int) -> np.ndarray:
    """Where the four corners of the output lie in the stored image: (N, 4, 2)."""
    points = np.array([(0, 0), (size, 0), (0, size), (size, size)])
    a, b, c, d, e, f = found.T[:, :, None]
    x, y = points.T
    return np.stack([a * x + b * y + c, d * x + e * y + f], axis=-1)


def test_resized_crops_lie_in_the_image_and_have_the_areas_and_ratios_told() -> None:
    found = maps(MANY, 72, 32, ("resized_crop",))  # room for every window
    seen = corners_seen(found, 32)
    assert seen.min() >= -1e-9
    assert seen.max() <= 72 + 1e-9
    width, height = 32 * found[:, 0], 32 * found[:, 4]
    assert distance_from_uniform(width * height / 32**2, 0.35, 1.25) < 1.95
    assert distance_from_uniform(np.log(width / height), -np.log(4 / 3), np.log(4 / 3)) < 1.95
    assert distance_from_uniform(found[:, 2] / (72 - width), 0, 1) < 1.95


@pytest.mark.parametrize("stored", [32, 36])
def test_a_window_is_never_larger_than_what_is_stored(stored: int) -> None:
    seen = corners_seen(maps(MANY, stored, 32, ("resized_crop",)), 32)
    assert seen.min() >= -1e-9
    assert seen.max() <= stored + 1e-9


def test_angles_are_even_up_to_fifteen_degrees_and_the_middle_stays() -> None:
    found = maps(MANY, 36, 32, ("rotate",))
    angles = np.degrees(np.arctan2(found[:, 3], found[:, 0]))
    assert distance_from_uniform(angles, -15, 15) < 1.95
    np.testing.assert_allclose(corners_seen(found, 32).mean(axis=1), 18)
    np.testing.assert_allclose(found[:, 0] * found[:, 4] - found[:, 1] * found[:, 3], 1)


@pytest.mark.parametrize("stored", [32, 36])
@pytest.mark.parametrize("operations", [("crop",), ()])
def test_a_turned_window_is_the_one_that_crop_takes(
    monkeypatch: pytest.MonkeyPatch, stored: int, operations: tuple[str, ...]
) -> None:
    monkeypatch.setattr("dataset.augmentation.window.ANGLE", 0.0)
    x, keys = photos(64, stored), MANY.keys[:64]
    plain = augment(x, keys, size=32, seed=0, epoch=1, operations=operations)
    turned = augment(x, keys, size=32, seed=0, epoch=1, operations=(*operations, "rotate"))
    assert (plain == turned).all()
