"""Mixed images and labels: a network learns from them what whole images show."""

import csv
from pathlib import Path

import pytest

import nn
from tests.nn.snapshot import make_config, make_snapshot


@pytest.mark.parametrize("mixing", [("mixup",), ("cutmix",), ("mixup", "cutmix")])
def test_it_learns_whole_images_from_mixed_ones(mixing: tuple[str, ...], tmp_path: Path) -> None:
    snapshot = make_snapshot(tmp_path, augment=mixing)
    config = make_config(tmp_path, epochs=60, lr=0.01, label_smoothing=0.0)
    out = nn.run(config, snapshot, tmp_path / "out").parent
    with (out / "history.csv").open(newline="", encoding="utf-8") as file:
        *_, last = csv.DictReader(file)
    assert float(last["val_accuracy"]) >= 0.8
    assert float(last["loss"]) > 1.5 * float(last["val_loss"])  # a mixed label is not learned away
