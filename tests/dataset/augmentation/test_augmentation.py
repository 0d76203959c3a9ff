"""A split as training sees it: sample by sample the same, whoever asks for it and when."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from dataset.augment import Augmentation, augment, denormalize, normalize
from dataset.config import OPERATIONS
from tests.dataset.augmentation.photos import chance, photos

ALL = tuple(name for name in OPERATIONS if name != "crop")
STORED = photos(70, 18)
MEAN, STD = (0.45, 0.5, 0.55), (0.2, 0.25, 0.3)


def augmentation(operations: tuple[str, ...], seed: int = 3) -> Augmentation:
    return Augmentation(
        keys=chance(70).keys,
        stored=lambda chosen: STORED[chosen],
        size=16,
        mean=MEAN,
        std=STD,
        operations=operations,
        seed=seed,
    )


@pytest.mark.parametrize(
    "operations", [ALL, ("crop", "rotate"), *((name,) for name in OPERATIONS)], ids=" ".join
)
def test_an_image_is_the_same_whatever_the_batch_and_its_order(operations: tuple[str, ...]) -> None:
    seen = augmentation(operations)
    whole = seen.images(np.arange(70), 5)
    order = np.random.default_rng(1).permutation(70)
    assert (seen.images(order, 5) == whole[order]).all()
    for row in (0, 15, 16, 69):
        assert (seen.images(np.array([row]), 5)[0] == whole[row]).all()
    assert (whole != augmentation(()).images(np.arange(70), 5)).any()


def test_threads_at_work_together_give_the_same_bytes() -> None:
    seen = augmentation(ALL)
    parts = np.array_split(np.arange(70), 9)
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda part: seen.images(part, 2), parts))
    assert np.concatenate(found).tobytes() == seen.images(np.arange(70), 2).tobytes()


def test_seed_and_epoch_change_every_operation() -> None:
    for operation in OPERATIONS:
        chosen = np.arange(70)
        first = augmentation((operation,)).images(chosen, 1)
        assert (first != augmentation((operation,)).images(chosen, 2)).any(), operation
        assert (first != augmentation((operation,), seed=4).images(chosen, 1)).any(), operation


def test_the_order_of_the_names_changes_nothing() -> None:
    chosen = np.arange(70)
    assert (augmentation(ALL).images(chosen, 1) == augmentation(ALL[::-1]).images(chosen, 1)).all()


def test_an_operation_more_leaves_the_choices_of_the_others_as_they_were() -> None:
    x, keys = STORED, chance(70).keys
    plain = augment(x, keys, size=16, seed=0, epoch=1, operations=("crop",))
    upside = augment(x, keys, size=16, seed=0, epoch=1, operations=("crop", "flip_vertical"))
    turned = (upside[:, ::-1] == plain).all(axis=(1, 2, 3))
    assert ((upside == plain).all(axis=(1, 2, 3)) | turned).all()
    assert 0.25 < turned.mean() < 0.75


def test_targets_belong_to_the_partners_that_are_in_the_images() -> None:
    """With images that are their label all over, the share of a label is a mean of pixels."""
    labels = np.arange(70) % 2
    flat = np.zeros((70, 16, 16, 3), np.uint8)
    flat[labels == 1] = 255
    seen = Augmentation(
        keys=chance(70).keys,
        stored=lambda chosen: flat[chosen],
        size=16,
        mean=(0.0, 0.0, 0.0),
        std=(1.0, 1.0, 1.0),
        operations=("crop", "flip", "mixup", "cutmix"),
        seed=0,
    )
    chosen = np.arange(69, -1, -1)
    soft = seen.targets(chosen, 4, labels, 2)
    bright = seen.images(chosen, 4).mean(axis=(1, 2, 3))
    np.testing.assert_allclose(soft[:, 1], bright, atol=1e-6)
    assert ((soft > 0.05) & (soft < 0.95)).any()


def test_pixels_are_those_that_were_normalised() -> None:
    x = np.random.default_rng(0).integers(0, 256, (9, 8, 8, 3), dtype=np.uint8)
    assert (denormalize(normalize(x, MEAN, STD), MEAN, STD) == x).all()
    assert (denormalize(normalize(x, (0.5,) * 3, (0.0,) * 3), (0.5,) * 3, (0.0,) * 3) == x).all()
