"""Cross-validation: a network a fold, what each says of its samples, and which are suspect."""

import csv
import io
import json
import statistics
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import nn
from dataset.review.order import read_predictions
from dataset.store import open_dataset, read_samples
from nn.arrays import Array
from nn.config import TrainConfig
from nn.evaluation.evaluate import Evaluation
from nn.files.record import OtherRunError
from nn.folds.stage import run_folds
from nn.folds.table import among, fold_rows, suspects
from nn.material import material
from nn.predict import load_classifier
from nn.stage import train
from tests.killing import boundaries, killed_at
from tests.nn.command import command
from tests.nn.snapshot import make_config, make_snapshot
from tests.nn.test_stage import NOT_TIMED, rows_of

FOLDS = 3
TABLES = ("folds.csv", "suspects.csv", "folds.json")


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_snapshot(tmp_path_factory.mktemp("snapshot"), folds=FOLDS)


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> TrainConfig:
    return make_config(tmp_path_factory.mktemp("config"))


@pytest.fixture(scope="module")
def made(snapshot: Path, config: TrainConfig, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a finished cross-validation; no test writes into it."""
    return run_folds(config, snapshot, tmp_path_factory.mktemp("made")).parent


def assert_same(one: Path, other: Path) -> None:
    for name in TABLES:
        assert (one / name).read_bytes() == (other / name).read_bytes(), name
    for fold in range(1, FOLDS + 1):
        for name in NOT_TIMED:
            path = Path(f"fold-{fold}") / name
            assert (one / path).read_bytes() == (other / path).read_bytes(), path


def test_every_sample_is_judged_once_by_the_net_that_never_saw_it(
    snapshot: Path, made: Path
) -> None:
    rows = rows_of(made / "folds.csv")
    samples = {row.sha256: row for row in read_samples(snapshot.parent, open_dataset(snapshot))}
    assert Counter(row["sample"] for row in rows) == Counter(samples.keys())
    for row in rows:
        assert int(row["fold"]) == samples[row["sample"]].fold
        assert row["label"] == samples[row["sample"]].label


def test_probabilities_are_those_of_the_model_in_the_folder_of_the_fold(
    snapshot: Path, made: Path
) -> None:
    whole = open_dataset(snapshot)
    rows = {row["sample"]: row for row in rows_of(made / "folds.csv")}
    classifier = load_classifier(made / "fold-2" / "model.safetensors")
    test = whole.fold(2).split("test")
    probabilities = classifier.probabilities(test.images(np.arange(len(test))))
    for sample, label, p in zip(test.ids, test.labels, probabilities, strict=True):
        row = rows[sample]
        assert float(row["label_probability"]) == p[label]
        assert float(row["probability"]) == p.max()
        assert float(row["margin"]) == p[label] - np.delete(p, label).max()


def test_a_fold_is_an_ordinary_training_of_its_own(
    snapshot: Path, config: TrainConfig, made: Path, tmp_path: Path
) -> None:
    alone = train(config, material(snapshot).with_fold(2), tmp_path)
    assert alone.read_bytes() == (made / "fold-2" / "model.safetensors").read_bytes()
    record = json.loads((made / "fold-2" / "stage.json").read_bytes())
    assert record["inputs"]["fold"] == 2
    with pytest.raises(OtherRunError, match="with another fold"):
        train(config, material(snapshot).with_fold(1), tmp_path)


def test_the_scores_are_told_a_fold_with_mean_and_deviation(made: Path) -> None:
    facts = json.loads((made / "folds.json").read_bytes())
    hits: dict[str, list[bool]] = {}
    for row in rows_of(made / "folds.csv"):
        hits.setdefault(row["fold"], []).append(row["label"] == row["predicted"])
    shares = [statistics.mean(map(float, fold)) for fold in hits.values()]
    assert [fold["accuracy"] for fold in facts["folds"]] == pytest.approx(shares)
    assert facts["accuracy"]["mean"] == pytest.approx(statistics.mean(shares), abs=1e-6)
    assert facts["accuracy"]["deviation"] == pytest.approx(statistics.stdev(shares), abs=1e-6)


def test_the_least_believed_labels_come_first_and_review_reads_them(made: Path) -> None:
    rows = rows_of(made / "suspects.csv")
    told = {row["sample"]: float(row["label_probability"]) for row in rows_of(made / "folds.csv")}
    suspicions = [float(row["suspicion"]) for row in rows]
    assert suspicions == sorted(suspicions, reverse=True)
    assert suspicions == [1 - told[row["sample"]] for row in rows]
    read = read_predictions(made)
    assert {sample: one.suspicion for sample, one in read.items()} == pytest.approx(
        {row["sample"]: float(row["suspicion"]) for row in rows}
    )


def test_evaluate_prints_the_suspects_of_this_dataset_alone(
    snapshot: Path, made: Path, tmp_path: Path
) -> None:
    done = command("evaluate", made, snapshot, "--suspects")
    assert done.status == 0, done.err
    assert list(csv.DictReader(io.StringIO(done.out))) == rows_of(made / "suspects.csv")
    other = command("evaluate", made, make_snapshot(tmp_path, folds=4), "--suspects")
    assert other.status == 1
    assert "judges another dataset than" in other.err
    fold = command("evaluate", made / "fold-1", snapshot, "--suspects")
    assert fold.status == 1
    assert "is no folder of a finished training with folds" in fold.err


def logits_of(*rows: list[float]) -> Array:
    found: Array = np.log(np.array(rows))
    return found


def test_members_of_an_official_split_are_not_judged_again() -> None:
    found = Evaluation(
        classes=("a", "b"),
        ids=("x", "y", "z"),
        labels=np.array([0, 1, 1]),
        logits=logits_of([0.9, 0.1], [0.8, 0.2], [0.3, 0.7]),
    )
    rows = list(fold_rows(among(found, {"x", "y"}), 4))
    assert [(row.sample, row.fold) for row in rows] == [("x", 4), ("y", 4)]
    assert [row.sample for row in suspects(rows)] == ["y", "x"]
    assert rows[1].margin == pytest.approx(-0.6)


def test_with_more_threads_and_after_a_kill_in_any_fold_the_bytes_are_the_same(
    snapshot: Path, config: TrainConfig, made: Path, tmp_path: Path
) -> None:
    words = ["nn.train:train_main", str(snapshot), "--folds", "--model", config.model]
    words += ["--epochs", "2", "--threads", "2", "--out"]
    passed = boundaries([*words, str(tmp_path / "whole")])
    assert_same(tmp_path / "whole", made)
    for boundary in (passed // 2, passed - 2):  # in the second fold, and among the last files
        out = tmp_path / str(boundary)
        assert killed_at(boundary, [*words, str(out)])
        run_folds(config, snapshot, out)
        assert_same(out, made)


def test_finished_it_does_nothing_and_another_config_is_refused(
    snapshot: Path, config: TrainConfig, tmp_path: Path
) -> None:
    out = run_folds(config, snapshot, tmp_path)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    assert run_folds(replace(config, threads=2), snapshot, tmp_path) == out
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before
    with pytest.raises(OtherRunError, match="epochs 2 instead of 3"):
        run_folds(replace(config, epochs=3), snapshot, tmp_path)
    with pytest.raises(OtherRunError, match="belongs to the stage folds"):
        nn.run(config, snapshot, tmp_path)


def test_a_dataset_without_folds_is_refused_with_the_remedy(tmp_path: Path) -> None:
    done = command("train", make_snapshot(tmp_path), "--folds", "--out", tmp_path / "out")
    assert done.status == 1
    assert "has no folds; make it with `deeprunning dataset --folds 5`" in done.err
    assert not (tmp_path / "out").exists()


def test_the_tables_are_csv_with_the_columns_that_are_promised(made: Path) -> None:
    with (made / "folds.csv").open(newline="", encoding="utf-8") as file:
        header = next(csv.reader(file))
    assert header == [
        "sample", "label", "predicted", "probability", "label_probability", "margin", "fold"
    ]  # fmt: skip
