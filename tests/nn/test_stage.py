import csv
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import safetensors

import nn
from crawler.files import stage_folder
from dataset.errors import DatasetError
from dataset.store import Split, open_dataset
from nn.config import TrainConfig
from nn.errors import ModelFileError
from nn.files.record import OtherRunError
from nn.material import train_data
from nn.predict import load_classifier, predict
from nn.snapshot import DataError
from nn.training.epoch import EpochRow
from tests.killing import boundaries, killed_at
from tests.nn.snapshot import make_config, make_snapshot

FILES = {
    "MODEL_CARD.md",
    "calibration.csv",
    "checkpoint.safetensors",
    "confusion.csv",
    "confusion.svg",
    "curves.svg",
    "history.csv",
    "metrics.json",
    "model.safetensors",
    "per_class.csv",
    "predictions.csv",
    "reliability.svg",
    "report.html",
    "stage.json",
}
NOT_TIMED = FILES - {"checkpoint.safetensors", "history.csv", "report.html"}  # these hold seconds


class Stopped(Exception):
    """Ends a training from outside."""


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_snapshot(tmp_path_factory.mktemp("snapshot"))


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> TrainConfig:
    return make_config(tmp_path_factory.mktemp("config"))


@pytest.fixture(scope="module")
def trained(snapshot: Path, config: TrainConfig, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a finished training; no test writes into it."""
    return nn.run(config, snapshot, tmp_path_factory.mktemp("trained")).parent


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def run_counting(config: TrainConfig, snapshot: Path, out: Path, *, restart: bool = False) -> int:
    """Run the stage; return how many epochs it computed."""
    seen: list[EpochRow] = []

    def watch(rows: Iterator[EpochRow]) -> Iterator[EpochRow]:
        for row in rows:
            seen.append(row)
            yield row

    nn.run(config, snapshot, out, restart=restart, watch=watch)
    return len(seen)


def run_stopped(config: TrainConfig, snapshot: Path, out: Path, *, restart: bool = False) -> None:
    """Run the stage and stop it after one epoch."""

    def watch(rows: Iterator[EpochRow]) -> Iterator[EpochRow]:
        yield next(rows)
        raise Stopped

    with pytest.raises(Stopped):
        nn.run(config, snapshot, out, restart=restart, watch=watch)


def test_a_training_leaves_exactly_the_files_promised(trained: Path) -> None:
    assert {path.name for path in trained.iterdir()} == FILES
    record = json.loads((trained / "stage.json").read_bytes())
    assert record["stage"] == "train"
    assert record["finished"] is True
    assert record["result"] == "model.safetensors"


def test_the_same_training_elsewhere_with_more_threads_gives_the_same_bytes(
    snapshot: Path, config: TrainConfig, trained: Path, tmp_path: Path
) -> None:
    other = tmp_path / "モデル 2"
    nn.run(replace(config, threads=2), snapshot, other)
    for name in NOT_TIMED:
        assert (other / name).read_bytes() == (trained / name).read_bytes(), name


def test_a_finished_training_does_nothing_even_with_other_threads(
    snapshot: Path, config: TrainConfig, tmp_path: Path
) -> None:
    nn.run(config, snapshot, tmp_path)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    assert run_counting(replace(config, threads=2), snapshot, tmp_path) == 0
    assert {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()} == before


def test_a_damaged_model_is_put_in_place_again_without_training(
    snapshot: Path, config: TrainConfig, trained: Path, tmp_path: Path
) -> None:
    path = nn.run(config, snapshot, tmp_path)
    for damaged in (path.read_bytes()[:-1], path.read_bytes()[:-1] + b"?", b""):
        path.write_bytes(damaged)
        assert run_counting(config, snapshot, tmp_path) == 0
        assert path.read_bytes() == (trained / path.name).read_bytes()
    path.unlink()
    assert run_counting(config, snapshot, tmp_path) == 0
    assert path.read_bytes() == (trained / path.name).read_bytes()


def test_a_training_stopped_after_an_epoch_goes_on_to_the_same_bytes(
    snapshot: Path, config: TrainConfig, trained: Path, tmp_path: Path
) -> None:
    run_stopped(config, snapshot, tmp_path)
    assert not (tmp_path / "model.safetensors").exists()
    assert run_counting(config, snapshot, tmp_path) == 1
    for name in NOT_TIMED:
        assert (tmp_path / name).read_bytes() == (trained / name).read_bytes(), name
    assert [row["epoch"] for row in rows_of(tmp_path / "history.csv")] == ["1", "2"]


def test_a_training_killed_at_any_boundary_goes_on_to_the_same_bytes(
    snapshot: Path, config: TrainConfig, trained: Path, tmp_path: Path
) -> None:
    command = ["nn.train:train_main", str(snapshot), "--model", config.model]
    command += ["--epochs", "2", "--threads", "1", "--out"]
    passed = boundaries([*command, str(tmp_path / "whole")])
    assert passed == 2 + len(FILES - {"checkpoint.safetensors", "stage.json"})
    for boundary in range(passed):
        out = tmp_path / str(boundary)
        assert killed_at(boundary, [*command, str(out)])
        nn.run(config, snapshot, out)
        assert {path.name for path in out.iterdir()} == FILES, boundary
        for name in NOT_TIMED:
            assert (out / name).read_bytes() == (trained / name).read_bytes(), (boundary, name)


def test_another_config_is_refused_in_a_sentence_that_says_which(
    snapshot: Path, config: TrainConfig, trained: Path
) -> None:
    with pytest.raises(OtherRunError, match=r"with epochs 2 instead of 9, seed 0 instead of 1;"):
        nn.run(replace(config, epochs=9, seed=1), snapshot, trained)
    with pytest.raises(OtherRunError, match="with other layers; add --restart"):
        nn.run(replace(config, model="small"), snapshot, trained)


def test_another_snapshot_is_refused(config: TrainConfig, trained: Path, tmp_path: Path) -> None:
    other = make_snapshot(tmp_path, augment=())
    with pytest.raises(OtherRunError, match="with another dataset; add --restart"):
        nn.run(config, other, trained)


def test_a_restart_keeps_the_old_model_until_the_new_one_is_complete(
    snapshot: Path, config: TrainConfig, tmp_path: Path
) -> None:
    out, new = tmp_path / "model", replace(config, seed=1)
    nn.run(config, snapshot, out)
    old = {name: (out / name).read_bytes() for name in FILES - {"stage.json"}}
    run_stopped(new, snapshot, out, restart=True)
    for name in FILES - {"stage.json", "checkpoint.safetensors"}:
        assert (out / name).read_bytes() == old[name], name
    assert run_counting(new, snapshot, out, restart=True) == 1  # goes on; does not start again
    whole = nn.run(new, snapshot, tmp_path / "whole")
    assert (out / "model.safetensors").read_bytes() == whole.read_bytes()
    assert whole.read_bytes() != old["model.safetensors"]


def test_the_folder_of_another_stage_is_left_alone(
    snapshot: Path, config: TrainConfig, tmp_path: Path
) -> None:
    with stage_folder(tmp_path) as folder:
        folder.write({"stage": "dataset"})
    with pytest.raises(OtherRunError, match="belongs to the stage dataset"):
        nn.run(config, snapshot, tmp_path, restart=True)


def test_a_folder_in_which_another_process_trains_is_refused(
    snapshot: Path, config: TrainConfig, tmp_path: Path
) -> None:
    with stage_folder(tmp_path), pytest.raises(OtherRunError, match="in use by another process"):
        nn.run(config, snapshot, tmp_path)


def test_a_damaged_checkpoint_is_refused_by_name_and_a_restart_begins_anew(
    snapshot: Path, config: TrainConfig, tmp_path: Path
) -> None:
    run_stopped(config, snapshot, tmp_path)
    path = tmp_path / "checkpoint.safetensors"
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(ModelFileError, match=r"checkpoint\.safetensors is damaged.*--restart"):
        nn.run(config, snapshot, tmp_path)
    assert run_counting(config, snapshot, tmp_path, restart=True) == 2


def test_a_missing_snapshot_is_an_error_of_the_dataset(config: TrainConfig, tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="none"):
        nn.run(config, tmp_path / "none" / "dataset.json", tmp_path / "out")


def test_without_a_training_sample_there_is_nothing_to_learn(
    snapshot: Path, config: TrainConfig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = open_dataset(snapshot)
    none = np.empty(0, np.int64)
    empty = Split(ids=(), labels=none, stored=whole.stored, shards=(), places=none)
    bare = replace(whole, splits={**whole.splits, "train": empty})
    monkeypatch.setattr("nn.snapshot.open_dataset", lambda path: bare)
    with pytest.raises(DataError, match="no sample in its train split"):
        nn.run(config, snapshot, tmp_path / "out")


def test_the_history_tells_the_scores_that_the_model_file_tells(trained: Path) -> None:
    history = rows_of(trained / "history.csv")
    metrics = json.loads((trained / "metrics.json").read_bytes())
    best = history[metrics["best_epoch"] - 1]
    for name in ("accuracy", "balanced_accuracy", "macro_f1"):
        assert float(best[f"val_{name}"]) == metrics["val"][name]
    assert float(best["val_loss"]) == pytest.approx(metrics["uncalibrated"]["val"]["loss"])
    assert metrics["val"]["loss"] <= metrics["uncalibrated"]["val"]["loss"]
    assert float(best["val_balanced_accuracy"]) == max(
        float(row["val_balanced_accuracy"]) for row in history
    )
    with safetensors.safe_open(trained / "model.safetensors", framework="np") as file:
        facts = json.loads(file.metadata()["deeprunning"])
    assert facts["metrics"] == {key: metrics[key] for key in ("best_epoch", "test", "val")}
    assert facts["temperature"] == metrics["temperature"] != 1


def test_the_model_file_predicts_alone_what_the_training_found(
    snapshot: Path, trained: Path
) -> None:
    """From the photos themselves: the way of a sample and of a prediction is one."""
    path_of = {
        row["sha256"]: snapshot.parents[1] / "photos" / row["path"]
        for row in rows_of(snapshot.parent / "samples.csv")
    }
    expected = rows_of(trained / "predictions.csv")
    paths = [str(path_of[row["sample"]]) for row in expected]
    found = list(predict(load_classifier(trained / "model.safetensors"), paths))
    assert len(found) == len(expected) > 0
    assert [(row.label, row.probability) for row in found] == [
        (row["predicted"], float(row["probability"])) for row in expected
    ]


def test_without_validation_the_last_epoch_is_kept_and_nothing_is_claimed(
    config: TrainConfig, tmp_path: Path
) -> None:
    snapshot = make_snapshot(tmp_path, val_fraction=0.0, test_fraction=0.0)
    out = nn.run(config, snapshot, tmp_path / "out").parent
    metrics = json.loads((out / "metrics.json").read_bytes())
    assert metrics["best_epoch"] == 2
    assert set(metrics["val"].values()) == set(metrics["test"].values()) == {None}
    assert rows_of(out / "history.csv")[0]["val_accuracy"] == ""
    assert rows_of(out / "predictions.csv") == []
    assert metrics["temperature"] == 1
    assert "nothing to measure it on" in (out / "report.html").read_text(encoding="utf-8")


def test_mixed_labels_give_the_same_bytes_with_more_threads_and_after_a_stop(
    config: TrainConfig, tmp_path: Path
) -> None:
    names = ("crop", "flip", "hue", "trivial_augment", "cutout", "mixup", "cutmix")
    mixed = make_snapshot(tmp_path, augment=names)
    once = nn.run(config, mixed, tmp_path / "once").parent
    stopped = tmp_path / "stopped"
    run_stopped(config, mixed, stopped)
    nn.run(replace(config, threads=2), mixed, stopped)
    for name in NOT_TIMED:
        assert (stopped / name).read_bytes() == (once / name).read_bytes(), name


def test_mixing_leaves_validation_with_whole_images_and_labels(
    snapshot: Path, tmp_path: Path
) -> None:
    mixed = open_dataset(make_snapshot(tmp_path, augment=("mixup",)))
    data = train_data(mixed, 0)
    whole = train_data(open_dataset(snapshot), 0)
    chosen = np.arange(len(data.labels))
    assert data.soft_targets is not None
    assert ((data.soft_targets(chosen, 1) > 0).sum(axis=1) > 1).any()
    np.testing.assert_array_equal(data.labels, mixed.split("train").labels)
    at = np.arange(len(data.val_labels))
    np.testing.assert_array_equal(data.val_images(at), whole.val_images(at))
    assert whole.soft_targets is None
