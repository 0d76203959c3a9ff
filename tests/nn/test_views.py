"""Several views of an image: which they are, and that their mean is one of probabilities."""

import csv
import io
from pathlib import Path

import numpy as np
import pytest

import nn
from dataset.store import open_dataset
from nn.arrays import Array
from nn.evaluate import VIEWS as OFFERED
from nn.files.modelfile import read_model
from nn.predict import load_classifier
from nn.views import VIEWS, ManyViews, corners
from tests.nn.command import command
from tests.nn.snapshot import make_config, make_snapshot


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_snapshot(tmp_path_factory.mktemp("snapshot"), stored=12)


@pytest.fixture(scope="module")
def model(snapshot: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("model")
    return nn.run(make_config(folder), snapshot, folder / "out")


@pytest.fixture(scope="module")
def images(snapshot: Path) -> Array:
    split = open_dataset(snapshot).split("train")
    return split.images(np.arange(len(split)))


def test_one_view_is_the_classifier_itself(model: Path, images: Array) -> None:
    one = ManyViews(read_model(model), "centre")
    np.testing.assert_array_equal(one.logits(images), load_classifier(model).logits(images))


@pytest.mark.parametrize(("views", "count"), [("flip", 2), ("ten", 10)])
def test_the_mean_is_that_of_the_probabilities_of_each_view(
    views: str, count: int, model: Path, images: Array
) -> None:
    whole = images[:, 2:10, 2:10]
    seen = [whole] if views == "flip" else [whole, *corners(images, 8)]
    seen += [view[:, :, ::-1] for view in seen]
    assert len(seen) == count
    single = load_classifier(model)
    wanted = np.mean([single.probabilities(np.ascontiguousarray(v)) for v in seen], axis=0)
    found = ManyViews(read_model(model), views).probabilities(images)
    np.testing.assert_allclose(found, wanted, rtol=1e-5)
    np.testing.assert_allclose(found.sum(axis=1), 1, rtol=1e-12)


def test_an_image_and_its_mirror_image_get_the_same_answer(model: Path, images: Array) -> None:
    both = ManyViews(read_model(model), "flip")
    found = both.probabilities(images)
    np.testing.assert_allclose(found, both.probabilities(images[:, :, ::-1]), rtol=1e-6)


def test_views_there_are_not_are_refused_and_the_command_offers_those_there_are(
    model: Path,
) -> None:
    with pytest.raises(ValueError, match="views must be one of centre, flip, ten, got 'six'"):
        ManyViews(read_model(model), "six")
    assert OFFERED == VIEWS
    assert command("predict", model, "x.png", "--views", "six").status == 2


def test_evaluate_and_predict_take_them(model: Path, snapshot: Path) -> None:
    photo = min((snapshot.parents[1] / "photos" / "bar").iterdir())
    classifier = ManyViews(read_model(model), "ten")
    wanted = classifier.probabilities(classifier.load(photo.read_bytes())[None]).max()
    done = command("predict", model, photo, "--views", "ten")
    (row,) = csv.DictReader(io.StringIO(done.out))
    assert float(row["probability"]) == pytest.approx(wanted, abs=1e-6)
    plain, many = (
        command("evaluate", model, snapshot, *words) for words in ((), ("--views", "flip"))
    )
    assert plain.status == many.status == 0
    assert plain.out.splitlines()[1] == many.out.splitlines()[1]  # as many samples
    assert plain.out != many.out
