"""The estimator: scikit-learn's own checks, its searches and pipelines, and what users hand it."""

import doctest
import re
import subprocess
import sys
import warnings
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.datasets import load_digits
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler
from sklearn.utils.estimator_checks import estimator_checks_generator

from nn import CNNClassifier
from nn.arrays import Array
from nn.errors import ArchitectureError
from nn.estimator.randomness import held_out, seed_of

README = Path(__file__).parents[2] / "README.md"
QUICK = partial(CNNClassifier, threads=1, epochs=4, random_state=0)


def checks() -> list[Any]:
    """Every check that applies to a classifier; no exception is declared."""
    with warnings.catch_warnings():  # of not being a child of BaseEstimator, as it should be
        warnings.filterwarnings("ignore", "Estimator CNNClassifier does not inherit")
        found = estimator_checks_generator(QUICK("mlp", width=0.25, epochs=10))
        return [pytest.param(check, id=str(check.func.__name__)) for _, check in found]


def digits(n: int = 300) -> tuple[Array, Array]:
    """Handwritten digits as bytes (n, 8, 8, 1), and the words for them."""
    found = load_digits()
    images = (15 * found.images[:n, :, :, None]).astype(np.uint8)
    return images, np.array(list("零一二三四五六七八九"))[found.target[:n]]


@pytest.fixture
def narrow(tmp_path: Any) -> str:
    path = tmp_path / "narrow.toml"
    path.write_text(
        'layers = [{ layer = "Conv2d", out_channels = 12, kernel_size = 3 }, { layer = "ReLU" },'
        '{ layer = "Flatten" }, { layer = "Linear", out_features = "classes" }]',
        encoding="utf-8",
    )
    return str(path)


@pytest.mark.parametrize("check", checks())
def test_scikit_learn_finds_nothing_to_object_to(check: Callable[[Any], None]) -> None:
    check(QUICK("mlp", width=0.25, epochs=10))


def test_most_checks_of_a_classifier_are_applied() -> None:
    assert len(checks()) > 50


def test_images_are_learned_and_named_in_the_words_of_the_labels(narrow: str) -> None:
    images, labels = digits(500)
    net = QUICK(narrow, epochs=8, lr=0.01).fit(images[:400], labels[:400])
    assert net.score(images[400:], labels[400:]) > 0.85
    assert set(net.predict(images)) == set(labels)
    assert net.history_[-1].loss < net.history_[0].loss / 1.5


def test_rows_bytes_and_reals_of_any_scale_are_the_same_images(narrow: str) -> None:
    images, labels = digits(20)
    given = {
        "bytes": images,
        "reals": images / 255,
        "rows": images.reshape(20, -1),
    }
    found = {
        name: QUICK(narrow, image_shape=(8, 8, 1)).fit(x, labels).predict_proba(x)
        for name, x in given.items()
    }
    np.testing.assert_array_equal(found["bytes"], found["rows"])
    np.testing.assert_allclose(found["bytes"], found["reals"], atol=1e-4)


@pytest.mark.parametrize("names", [["a", "b"], [-3, 7], [True, False], [0.0, 2.0], ["one"]])
def test_labels_may_be_of_any_type(names: Any) -> None:
    x, labels = np.arange(12.0).reshape(6, 2), np.resize(np.asarray(names), 6)
    net = QUICK("mlp").fit(x, labels)
    assert net.predict(x).dtype == net.classes_.dtype == labels.dtype
    assert set(net.predict(x)) <= set(labels)
    np.testing.assert_allclose(net.predict_proba(x).sum(axis=1), 1)


def test_it_works_in_a_pipeline_under_a_search_and_as_a_copy(narrow: str) -> None:
    images, labels = digits()
    rows = images.reshape(len(images), -1)
    net = make_pipeline(MinMaxScaler(), QUICK(narrow, image_shape=(8, 8, 1), epochs=8))
    search = GridSearchCV(net, {"cnnclassifier__lr": [1e-6, 0.01]}, cv=2).fit(rows, labels)
    assert search.best_params_ == {"cnnclassifier__lr": 0.01}
    assert search.best_score_ > 0.75
    again = cross_val_score(clone(search.best_estimator_), rows, labels, cv=2)
    assert again.mean() == search.best_score_


def test_scikit_learn_is_not_needed() -> None:
    code = """
import sys, numpy as np
from nn import CNNClassifier
net = CNNClassifier("mlp", epochs=1, threads=1)
try:
    net.predict(np.eye(2))
except ValueError as error:
    assert "not fitted yet" in str(error)
net.fit(np.eye(2), [[0], [1]]).score(np.eye(2), [0, 1])
assert "sklearn" not in sys.modules
"""
    command = [sys.executable, "-W", "ignore:A column-vector", "-c", code]
    subprocess.run(command, check=True)


def test_a_random_state_decides_every_bit_and_none_decides_nothing() -> None:
    x, y = np.arange(20.0).reshape(10, 2), np.arange(10) % 2
    found = [
        QUICK("mlp", random_state=state).fit(x, y).predict_proba(x).tolist()
        for state in (3, 3, np.random.default_rng(3), None, None)
    ]
    assert found[0] == found[1]
    assert len({str(f) for f in found}) == 4
    assert seed_of(np.random.RandomState(3)) == seed_of(np.random.RandomState(3))


def test_of_each_class_the_share_is_held_out_and_picks_the_best_epoch() -> None:
    numbers = np.repeat([0, 1, 2], [50, 30, 1])
    assert np.bincount(numbers[held_out(numbers, 0.1, seed=0)]).tolist() == [5, 3]
    images, labels = digits()
    net = QUICK("mlp", validation_fraction=0.3).fit(images, labels)
    assert all(row.val_accuracy >= 0 for row in net.history_)
    assert all(np.isnan(row.val_loss) for row in QUICK("mlp").fit(images, labels).history_)


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ({"image_shape": (8, 8, 3)}, "X has 64 features, but CNNClassifier is expecting 192"),
        ({"image_shape": (4, 16, 1)}, r"images of shape \(8, 8, 1\) are not of shape \(4, 16, 1\)"),
        ({"image_shape": (8, 8)}, r"\(H, W, C\) is wanted"),
        ({"validation_fraction": 1.0}, "validation_fraction must be .* below 1, got 1.0"),
        ({"random_state": "today"}, "random_state must be a whole number"),
        ({"lr": 0.0}, "lr must be above 0"),
        ({"optimizer": "adamax"}, "optimizer must be one of adamw, .* got adamax"),
    ],
)
def test_what_cannot_be_is_refused_in_one_sentence(parameters: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        QUICK("mlp").set_params(**parameters).fit(*digits(4))


def test_a_model_that_does_not_fit_the_rows_says_what_to_do() -> None:
    with pytest.raises(ArchitectureError, match=r"1 x 64 x 1 .* say image_shape="):
        QUICK().fit(digits(4)[0].reshape(4, -1), [0, 1, 0, 1])


def test_a_parameter_that_there_is_not_is_answered_with_the_nearest() -> None:
    with pytest.raises(ValueError, match="no parameter 'epoch'; did you mean epochs"):
        QUICK().set_params(epoch=3)
    assert repr(CNNClassifier("mlp", lr=0.1)) == "CNNClassifier(lr=0.1, model='mlp')"


def test_the_example_of_the_readme_is_true() -> None:
    (example,) = re.findall(r"```pycon\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    test = doctest.DocTestParser().get_doctest(example, {}, "README", None, None)
    assert len(test.examples) > 5
    assert doctest.DocTestRunner().run(test).failed == 0
