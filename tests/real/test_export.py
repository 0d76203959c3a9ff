"""Exported models beside ours on a thousand real photos."""

from pathlib import Path

import onnx
import pytest

import dataset
import nn
from dataset import DatasetConfig
from nn.architecture import presets
from nn.config import TrainConfig
from nn.export.export import LIMIT, export

pytestmark = [pytest.mark.real, pytest.mark.accept, pytest.mark.timeout(3600)]


@pytest.fixture(scope="module")
def snapshot(caltech12: Path, workshop: Path) -> Path:
    return dataset.run(DatasetConfig(size=64), [caltech12], workshop / "for export")


@pytest.mark.parametrize("name", presets())
def test_a_preset_trained_a_little_computes_the_same_in_onnxruntime(
    name: str, snapshot: Path, tmp_path: Path
) -> None:
    model = nn.run(TrainConfig(model=name, epochs=2), snapshot, tmp_path / "model")
    out = tmp_path / f"{name}.onnx"
    found = export(model, out, snapshot)
    print(f"{name}: largest difference of a logit {found.difference:.2g} on {found.images}")
    assert found.images.startswith("1000 images of dataset ")
    assert found.difference < LIMIT
    facts = {prop.key: prop.value for prop in onnx.load(out).metadata_props}
    assert float(facts["largest_difference"]) < LIMIT
