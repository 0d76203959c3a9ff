import numpy as np
import pytest
from PIL import Image

from dataset.pictures.look import FEATURES, PARTS, blocks, colours, edges, look, shrink
from dataset.review.suspects import PENALTY, leave_one_out, suspect
from dataset.store import Images


def scenes(count: int, seed: int = 0) -> tuple[Images, np.ndarray[tuple[int], np.dtype[np.intp]]]:
    """Noisy stripes, upright in class 0, level in class 1, and blue skies in class 2."""
    rng = np.random.default_rng(seed)
    labels = np.arange(count) % 3
    images = rng.integers(0, 60, (count, 24, 24, 3), dtype=np.uint8)
    images[labels == 0, :, ::6] += 150
    images[labels == 1, ::6] += 150
    images[labels == 2, ..., 2] += 150
    return images, labels


def test_labels_turned_around_come_first_with_the_class_they_were() -> None:
    images, labels = scenes(90)
    turned = np.array([3, 10, 20, 41, 88])
    said = labels.copy()
    said[turned] = (said[turned] + 1) % 3
    suspicion = suspect(look(blocks(images)), said, 3)
    first = np.argsort(-suspicion.strength)[: len(turned)]
    assert set(first) == set(turned)
    assert (suspicion.instead[turned] == labels[turned]).all()
    assert (suspicion.strength[turned] > 0).all()


def test_a_fit_without_a_picture_is_that_of_learning_again_without_it() -> None:
    rng = np.random.default_rng(1)
    features = rng.normal(size=(30, 5)).astype(np.float32)
    labels = np.arange(30) % 3
    labels[:6] = 0
    x = np.hstack([features, np.ones((30, 1))]).astype(np.float64)
    weights = np.bincount(labels)[labels] ** -0.5
    weights *= 30 / weights.sum()
    gram = (x * weights[:, None]).T @ x
    ridge = PENALTY * np.trace(gram) / len(gram) * np.eye(len(gram))
    fits = leave_one_out(features, labels, 3)
    for one in range(30):
        rest = np.arange(30) != one
        weighted = x[rest] * weights[rest, None]
        learned = np.linalg.solve(
            weighted.T @ x[rest] + ridge, weighted.T @ np.eye(3)[labels[rest]]
        )
        np.testing.assert_allclose(fits[one], x[one] @ learned, atol=1e-9)


def test_blocks_of_any_size_look_the_same() -> None:
    images, _ = scenes(20)
    assert np.array_equal(look([images]), look(blocks(images, 7)))
    assert look([images]).shape == (20, FEATURES)


@pytest.mark.parametrize("stored", [8, 32, 36, 72, 100])
def test_shrinking_averages_boxes(stored: int) -> None:
    image = np.random.default_rng(2).integers(0, 256, (stored, stored, 3), dtype=np.uint8)
    small = shrink(image[None], 4)[0]
    box = Image.fromarray(image).resize((4, 4), Image.Resampling.BOX)
    if stored % 4 == 0:
        assert np.abs(small - np.asarray(box)).max() <= 1
    assert np.isclose(shrink(np.full((1, stored, stored, 3), 77, np.uint8), 32), 77).all()


def test_edges_tell_directions_apart_and_not_which_side_is_bright() -> None:
    step = np.zeros((4, 32, 32), np.float32)
    step[0, :, 16:] = 255
    step[1, :, :16] = 255
    step[2, 16:] = 255
    upright, mirrored, level, flat = edges(step)
    assert np.allclose(upright, mirrored)
    assert upright @ level < 0.3
    assert not flat.any()


def test_colours_are_shares() -> None:
    red = np.zeros((1, 32, 32, 3), np.float32)
    red[..., 0] = 255
    histogram = colours(red)
    assert histogram.shape == (1, PARTS[1])
    assert np.count_nonzero(histogram) == 1
    assert np.isclose((histogram**2).sum(), 1)


def test_pictures_that_are_all_equal_harm_nothing() -> None:
    images = np.zeros((6, 8, 8, 3), np.uint8)
    suspicion = suspect(look([images]), np.array([0, 0, 0, 1, 1, 1]), 2)
    assert np.isfinite(suspicion.strength).all()
