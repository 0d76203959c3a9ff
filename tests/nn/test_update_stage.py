"""The settings of the update, through the whole stage: files, interruption and report."""

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nn
from nn.files.checkpoint import read_checkpoint
from tests.nn.snapshot import make_config, make_snapshot
from tests.nn.test_stage import run_stopped

SETTINGS: dict[str, Any] = {
    "optimizer": "momentum",
    "lr": 0.05,
    "l1": 0.01,
    "proximal": True,
    "clip_norm": 1.0,
    "warmup": 0.2,
    "schedule": "cosine",
    "average": 0.9,
    "average_start": 0.0,
    "epochs": 4,
}


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_snapshot(tmp_path_factory.mktemp("snapshot"))


def test_a_stopped_training_with_everything_set_ends_in_the_same_model(
    snapshot: Path, tmp_path: Path
) -> None:
    config = make_config(tmp_path, **SETTINGS)
    straight = nn.run(config, snapshot, tmp_path / "straight")
    run_stopped(config, snapshot, tmp_path / "stopped")
    resumed = nn.run(config, snapshot, tmp_path / "stopped")
    assert resumed.read_bytes() == straight.read_bytes()


def test_the_penalty_of_the_last_weights_stands_apart_and_zeros_reach_the_files(
    snapshot: Path, tmp_path: Path
) -> None:
    strong = {"l1": 0.3, "average": 0.0, "weight_decay": 0.0, "epochs": 8}
    model = nn.run(make_config(tmp_path, **SETTINGS | strong), snapshot, tmp_path / "model")
    with (model.parent / "history.csv").open(newline="", encoding="utf-8") as file:
        *_, row = csv.DictReader(file)
    arrays = read_checkpoint(model.with_name("checkpoint.safetensors")).arrays
    weights = [a for k, a in arrays.items() if k.startswith("model.") and k.endswith(".weight")]
    assert len(weights) == 2
    assert min(np.mean(a == 0) for a in weights) > 0.2
    expected = 0.3 * sum(abs(a).sum() for a in weights)
    assert float(row["penalty"]) == pytest.approx(expected, rel=1e-5)
