import csv
import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import classification_report

import dataset
import nn
from dataset import DatasetConfig
from nn.arrays import Array
from nn.errors import ModelFileError
from nn.evaluation.evaluate import Evaluation, Source, evaluate
from nn.evaluation.rows import metric_rows
from nn.snapshot import DataError, matching
from tests.nn.command import command
from tests.nn.snapshot import make_config, make_photos, make_snapshot

FOUND = Evaluation(
    classes=("rose", "薔薇"),
    ids=("a", "b", "c", "d"),
    labels=np.array([0, 0, 1, 1]),
    logits=np.array([[9, 0], [0, 2], [8, 0], [0, 0]], np.float32),
)


class Echo:
    """A classifier whose logits are the first pixels; it notes how many it was given at once."""

    classes = ("rose", "薔薇")
    temperature = 1.0

    def __init__(self) -> None:
        self.given: list[int] = []

    def logits(self, images: Array) -> Array:
        self.given.append(len(images))
        return images[:, 0, 0, :2].astype(np.float32)


class Numbers:
    """A split of n images of one pixel, which holds the image's number."""

    def __init__(self, n: int) -> None:
        self.ids = tuple(map(str, range(n)))
        self.labels: Array = np.zeros(n, np.int64)

    def images(self, indices: Array) -> Array:
        return np.broadcast_to(indices[:, None, None, None], (len(indices), 1, 1, 3))


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_snapshot(tmp_path_factory.mktemp("snapshot"))


@pytest.fixture(scope="module")
def model(snapshot: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("model")
    return nn.run(make_config(folder), snapshot, folder)


def test_every_sample_is_judged_once_and_in_order() -> None:
    echo = Echo()
    found = evaluate(echo, Numbers(600))
    np.testing.assert_array_equal(found.logits[:, 0], np.arange(600))
    assert sum(echo.given) == 600
    assert max(echo.given) < 600  # memory does not grow with the split


def test_a_split_without_samples_has_no_scores() -> None:
    found = evaluate(Echo(), Numbers(0))
    assert found.logits.shape == (0, 2)
    assert np.isnan(found.scores.accuracy)
    assert list(found.rows()) == []
    assert len(found.mistakes(5)) == 0


def test_rows_name_the_class_predicted_and_its_probability() -> None:
    rows = [asdict(row) for row in FOUND.rows()]
    assert [row["predicted"] for row in rows] == ["rose", "薔薇", "rose", "rose"]
    assert rows[1]["probability"] == pytest.approx(1 / (1 + np.exp(-2)))
    assert rows[3]["probability"] == 0.5


def test_mistakes_come_the_most_confident_first() -> None:
    assert FOUND.mistakes(10).tolist() == [2, 1, 3]
    assert FOUND.mistakes(2).tolist() == [2, 1]


def test_near_duplicates_are_one_cluster_and_what_is_unknown_stands_alone() -> None:
    sources = {name: Source(group="a", page="") for name in "ac"}
    assert replace(FOUND, sources=sources).clusters.tolist() == [0, 1, 0, 2]
    assert FOUND.clusters.tolist() == [0, 1, 2, 3]


def test_a_temperature_changes_probabilities_and_no_prediction() -> None:
    cold = replace(FOUND, temperature=0.5)
    assert cold.predicted.tolist() == FOUND.predicted.tolist()
    assert cold.scores.accuracy == FOUND.scores.accuracy
    assert cold.confidences[1] == pytest.approx(1 / (1 + np.exp(-4)))
    assert cold.scores.loss > FOUND.scores.loss  # it was sure enough of its mistakes
    assert cold.uncalibrated.trust == FOUND.trust


def test_copies_of_a_picture_make_the_interval_wider() -> None:
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 2, 60).repeat(5)
    logits = np.eye(2)[np.where(rng.random(60) < 0.7, labels[::5], 1 - labels[::5]).repeat(5)]
    ids = tuple(map(str, range(300)))
    alone = replace(FOUND, ids=ids, labels=labels, logits=logits)
    sources = {name: Source(group=str(int(name) // 5), page="") for name in ids}

    def width(found: Evaluation) -> float:
        ends = found.intervals["accuracy"]
        return ends.high - ends.low

    assert width(replace(alone, sources=sources)) == pytest.approx(5**0.5 * width(alone), rel=0.15)


def test_the_table_printed_agrees_with_scikit_learn() -> None:
    rows = {(row.metric, row.label): row.value for row in metric_rows(FOUND)}
    names: Sequence[str] = FOUND.classes
    expected = classification_report(
        FOUND.labels, FOUND.predicted, target_names=names, output_dict=True
    )
    assert rows["accuracy", ""] == pytest.approx(expected["accuracy"])
    assert rows["macro_f1", ""] == pytest.approx(expected["macro avg"]["f1-score"])
    assert rows["samples", ""] == 4
    for name in names:
        assert rows["recall", name] == pytest.approx(expected[name]["recall"])
        assert rows["precision", name] == pytest.approx(expected[name]["precision"])
        assert rows["support", name] == expected[name]["support"]


def test_the_command_prints_what_the_training_found(snapshot: Path, model: Path) -> None:
    done = command("evaluate", model, snapshot)
    assert done.status == 0
    rows = csv.DictReader(done.out.splitlines())
    printed = {(row["metric"], row["label"]): row["value"] for row in rows}
    told = json.loads((model.parent / "metrics.json").read_bytes())
    assert float(printed["accuracy", ""]) == pytest.approx(told["test"]["accuracy"], abs=1e-6)
    assert float(printed["loss", ""]) == pytest.approx(told["test"]["loss"], abs=1e-6)
    assert {label for _, label in printed} == {"", "bar", "spot", "薔薇"}


def test_the_command_judges_another_split_when_asked(snapshot: Path, model: Path) -> None:
    done = command("evaluate", model, snapshot, "--split", "train")
    told = json.loads((model.parent / "metrics.json").read_bytes())
    assert f"samples,,{told['samples']['train']},,\n" in done.out


def test_a_snapshot_with_other_classes_is_refused(model: Path, tmp_path: Path) -> None:
    photos = make_photos(tmp_path / "photos")
    (photos / "spot").rename(photos / "点")
    other = dataset.run(DatasetConfig(size=8, stored=10), [photos], tmp_path / "dataset")
    with pytest.raises(DataError, match=r"the classes bar, spot, 薔薇, but .* has bar, 点, 薔薇"):
        matching(model, other)


def test_a_snapshot_of_another_size_is_refused(model: Path, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"reads images of 10 pixels, but .* stores 9"):
        matching(model, make_snapshot(tmp_path, stored=9))


@pytest.mark.parametrize(
    ("arguments", "expected", "sentence"),
    [
        (["none.safetensors", "SNAPSHOT"], 2, "no such file or folder: none.safetensors"),
        (["MODEL", "none.json"], 2, "no such file or folder: none.json"),
        (["SNAPSHOT", "SNAPSHOT"], 1, "dataset.json is no file of deeprunning"),
        (["MODEL", "MODEL"], 1, "model.safetensors is no description of a dataset"),
    ],
)
def test_wrong_input_is_answered_in_one_sentence(
    arguments: list[str], expected: int, sentence: str, snapshot: Path, model: Path
) -> None:
    known = {"MODEL": str(model), "SNAPSHOT": str(snapshot)}
    done = command("evaluate", *(known.get(word, word) for word in arguments))
    assert (done.status, done.out) == (expected, "")
    assert sentence in done.err
    assert done.err.count("\n") == 1


def test_a_truncated_model_is_an_error_that_names_it(
    snapshot: Path, model: Path, tmp_path: Path
) -> None:
    short = tmp_path / "short.safetensors"
    short.write_bytes(model.read_bytes()[:-1])
    with pytest.raises(ModelFileError, match=r"short\.safetensors is"):
        matching(short, snapshot)
