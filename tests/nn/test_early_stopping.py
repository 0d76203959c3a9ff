"""Early stopping: training ends when the best epoch lies far enough back, and keeps its weights."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import nn
from tests.nn.snapshot import make_config, make_snapshot
from tests.nn.test_stage import rows_of, run_stopped
from tests.nn.test_training import CONFIG, make

SHORT = replace(CONFIG, epochs=30, patience=3, schedule="constant")


def test_it_ends_when_so_many_epochs_brought_nothing_better() -> None:
    training = make(SHORT)
    rows = list(training.epochs())
    scores = [row.val_balanced_accuracy for row in rows]
    assert training.best_epoch == len(rows) - 3
    assert len(rows) < 30
    assert scores.index(max(scores)) + 1 == training.best_epoch


def test_until_then_every_bit_is_that_of_a_run_without_patience() -> None:
    stopped, longer = make(SHORT), make(replace(SHORT, patience=0))
    ended = [row.loss for row in stopped.epochs()]
    assert ended == [row.loss for row, _ in zip(longer.epochs(), ended, strict=False)]
    for name, array in stopped.best.items():
        np.testing.assert_array_equal(array, longer.best[name])


def test_without_validation_there_is_nothing_to_wait_for() -> None:
    assert len(list(make(replace(SHORT, epochs=6, patience=1), val=0).epochs())) == 6


def test_a_run_resumed_at_its_end_stays_at_its_end(tmp_path: Path) -> None:
    snapshot = make_snapshot(tmp_path)
    config = make_config(tmp_path, epochs=12, patience=1, lr=0.0001)
    whole = nn.run(config, snapshot, tmp_path / "whole")
    run_stopped(config, snapshot, tmp_path / "stopped")
    resumed = nn.run(config, snapshot, tmp_path / "stopped")
    assert resumed.read_bytes() == whole.read_bytes()
    epochs = len(rows_of(whole.with_name("history.csv")))
    assert epochs < 12
    card = whole.with_name("MODEL_CARD.md").read_text(encoding="utf-8")
    assert f"epoch {epochs - 1} of {epochs}" in " ".join(card.split())


@pytest.mark.parametrize("settings", [{"balanced": True}, {"class_weights": True}])
def test_balance_changes_the_model_and_neither_threads_nor_stops_do(
    settings: dict[str, bool], tmp_path: Path
) -> None:
    snapshot = make_snapshot(tmp_path, augment=("crop", "mixup", "cutmix"))
    config = make_config(tmp_path, **settings)
    once = nn.run(config, snapshot, tmp_path / "once")
    run_stopped(config, snapshot, tmp_path / "twice")
    twice = nn.run(replace(config, threads=2), snapshot, tmp_path / "twice")
    assert once.read_bytes() == twice.read_bytes()
