"""The drawn pictures: always the same ones, in every format, and told apart by form alone."""

import io
import math

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits

from dataset.image import load_image
from flows.demo import formats
from flows.demo.curves import bezier, moved, ribbon, spiral
from flows.demo.drawing import SUBJECTS, draw
from flows.demo.formats import JPEG, ODD, PNG, WEBP, Format, format_of
from flows.demo.palette import colour
from flows.demo.site import CLASSES

A_CLASS = 80  # pictures drawn of each class, of which every fourth is held out

Pixels = NDArray[np.float64]


@pytest.fixture(scope="module")
def pictures() -> Pixels:
    """(classes, pictures, 32, 32, 3), from 0 to 255, as the dataset would cut them out."""
    files = (
        [JPEG.encode(draw(label, index), index) for index in range(A_CLASS)] for label in CLASSES
    )
    return np.array([[load_image(body, 32) for body in bodies] for bodies in files], float)


def held_out_accuracy(features: Pixels, strength: float) -> float:
    """Of multinomial logistic regression on standardised features (classes, pictures, F)."""
    held_out = np.arange(features.shape[1]) % 4 == 0
    labels = np.broadcast_to(np.arange(len(features))[:, None], features.shape[:2])
    x, y = np.concatenate(features[:, ~held_out]), labels[:, ~held_out].ravel()
    model = make_pipeline(StandardScaler(), LogisticRegression(C=strength, max_iter=1000, tol=1e-3))
    with threadpool_limits(1):
        model.fit(x, y)
        score: float = model.score(
            np.concatenate(features[:, held_out]), labels[:, held_out].ravel()
        )
    return score


@pytest.mark.parametrize("strength", [1e-4, 1e-3])
def test_the_classes_do_not_fall_to_logistic_regression_on_the_pixels(
    pictures: Pixels, strength: float
) -> None:
    assert held_out_accuracy(pictures.reshape(*pictures.shape[:2], -1), strength) <= 0.7


def test_the_classes_do_not_fall_to_their_colours(pictures: Pixels) -> None:
    levels = (pictures // 64).astype(np.intp) @ (16, 4, 1)  # (classes, pictures, 32, 32), below 64
    flat = levels.reshape(*levels.shape[:2], -1, 1)
    histograms = (flat == np.arange(64)).mean(axis=2)
    assert held_out_accuracy(histograms, 1e-2) <= 0.5


def test_there_are_at_least_five_classes_and_one_is_japanese() -> None:
    assert len(CLASSES) >= 5
    assert "薔薇" in CLASSES


@pytest.mark.parametrize("label", SUBJECTS)
def test_a_picture_is_the_same_whenever_it_is_drawn(label: str) -> None:
    assert draw(label, 4, seed=7).tobytes() == draw(label, 4, seed=7).tobytes()


@pytest.mark.parametrize("label", SUBJECTS)
def test_another_index_or_seed_or_class_is_another_picture(label: str) -> None:
    others = [draw(label, 5), draw(label, 4, seed=1), *(draw(o, 4) for o in SUBJECTS if o != label)]
    assert draw(label, 4).tobytes() not in {other.tobytes() for other in others}


@pytest.mark.parametrize("form", [JPEG, PNG, WEBP, *ODD.values()], ids=lambda f: f.encode.__name__)
def test_every_format_shows_the_picture_that_was_drawn(form: Format) -> None:
    drawn = draw("fish", 2)
    expected = drawn.convert("L").convert("RGB") if form.encode is formats.grey else drawn
    whole = load_image(PNG.encode(expected, 0), 96)
    seen = load_image(form.encode(drawn, 2), 96)
    assert np.abs(seen.astype(float) - whole).mean() < 12


def test_the_odd_formats_are_what_they_are_called() -> None:
    drawn = draw("leaf", 1)
    opened = {form.encode: Image.open(io.BytesIO(form.encode(drawn, 1))) for form in ODD.values()}
    assert opened[formats.grey].mode == "L"
    assert opened[formats.palette].mode == "P"
    assert opened[formats.cmyk].mode == "CMYK"
    assert opened[formats.sideways].size == drawn.size[::-1]


def test_most_photos_are_jpeg_and_every_format_is_among_the_first_two_pages() -> None:
    used = [format_of(index) for index in range(48)]
    assert used.count(JPEG) > 24
    assert set(used) == {JPEG, PNG, WEBP, *ODD.values()}


def test_a_bezier_curve_starts_and_ends_at_its_first_and_last_point() -> None:
    curve = bezier((0, 1), (5, 5), (2, 0))
    assert curve[0].tolist() == [0, 1]
    assert curve[-1].tolist() == [2, 0]


def test_a_ribbon_along_a_straight_line_is_a_trapezium() -> None:
    outline = ribbon(np.array([(0.0, 0.0), (1.0, 0.0)]), 0.2, 0.4)
    assert np.allclose(sorted(outline.tolist()), [(0, -0.1), (0, 0.1), (1, -0.2), (1, 0.2)])


def test_turning_by_a_quarter_takes_right_to_down() -> None:
    assert np.allclose(moved(np.array([(1.0, 0.0)]), 3, 0, angle=math.pi / 2, scale=2), [(3, 2)])


def test_a_spiral_ends_at_its_radius() -> None:
    assert math.isclose(float(np.linalg.norm(spiral(2.3, 0.7)[-1])), 0.7)


def test_light_goes_from_black_to_white() -> None:
    assert colour(0.3, 0.5, 0.8, -1) == (0, 0, 0)
    assert colour(0.3, 0.5, 0.8, 1) == (255, 255, 255)
