"""A training that starts from another model: what it takes over, and whose run it then is."""

import json
import logging
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import nn
from nn.config import TrainConfig
from nn.files.record import OtherRunError
from nn.layers import BatchNorm, Conv2d, Flatten, Linear, ReLU
from nn.material import Start, begin
from nn.model import Sequential
from nn.snapshot import DataError, opened
from nn.training.transfer import adopt
from tests.nn.command import command
from tests.nn.snapshot import LAYERS, make_config, make_snapshot


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_snapshot(tmp_path_factory.mktemp("snapshot"))


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> TrainConfig:
    return make_config(tmp_path_factory.mktemp("config"))


@pytest.fixture(scope="module")
def backbone(snapshot: Path, config: TrainConfig, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return nn.run(replace(config, seed=7), snapshot, tmp_path_factory.mktemp("backbone"))


def net(classes: int, channels: int = 4) -> Sequential:
    model = Sequential(
        Conv2d(channels, 3), BatchNorm(), ReLU(), Flatten(), Linear(6), ReLU(), Linear(classes)
    )
    model.build((6, 6, 3), np.random.default_rng(classes))
    return model


def test_every_layer_that_fits_is_taken_over_but_the_last_linear_one() -> None:
    new, old = net(3), net(3)
    old.theta += 1
    old.state()["norm1.running_mean"][:] = 5
    before = new.state()["linear2.weight"].copy()
    assert adopt(new, old.state()) == ["conv1", "norm1", "linear1"]
    for name in ("conv1.weight", "norm1.running_mean", "linear1.bias"):
        np.testing.assert_array_equal(new.state()[name], old.state()[name])
    np.testing.assert_array_equal(new.state()["linear2.weight"], before)


def test_a_layer_of_another_shape_stays_as_it_is() -> None:
    new = net(3)
    conv = new.state()["conv1.weight"].copy()
    assert adopt(new, net(5, channels=8).state()) == []
    np.testing.assert_array_equal(new.state()["conv1.weight"], conv)
    assert adopt(new, net(5).state()) == ["conv1", "norm1", "linear1"]


def test_training_begins_with_the_weights_of_the_file(
    snapshot: Path, config: TrainConfig, backbone: Path
) -> None:
    source, start = opened(snapshot), Start.read(backbone)
    spec = start.file.architecture
    plain, begun = begin(config, spec, source), begin(config, spec, source, start)
    for name, array in begun.model.state().items():
        wanted = plain.model.state() if name.startswith("linear") else start.file.weights
        np.testing.assert_array_equal(array, wanted[name])


def test_it_is_another_run_than_from_scratch_or_from_another_model(
    snapshot: Path, config: TrainConfig, backbone: Path, tmp_path: Path
) -> None:
    scratch = nn.run(config, snapshot, tmp_path / "scratch")
    out = nn.run(config, snapshot, tmp_path / "from", start=backbone)
    assert out.read_bytes() != scratch.read_bytes()
    record = json.loads(out.with_name("stage.json").read_bytes())
    assert record["inputs"].keys() == {"dataset", "from"}
    with pytest.raises(OtherRunError, match="with another model to start from; add --restart"):
        nn.run(config, snapshot, out.parent)
    with pytest.raises(OtherRunError, match="with another model to start from"):
        nn.run(config, snapshot, out.parent, start=scratch)


def test_the_command_says_what_it_takes_over_and_makes_the_same_model(
    snapshot: Path,
    config: TrainConfig,
    backbone: Path,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    whole = nn.run(config, snapshot, tmp_path / "whole", start=backbone)
    layers = tmp_path / "layers.toml"
    layers.write_text(LAYERS, encoding="utf-8")
    caplog.set_level(logging.INFO)
    words = ("train", snapshot, "--model", layers, "--epochs", 2, "--out", tmp_path / "command")
    done = command(*words, "--from", backbone)
    assert done.status == 0, done.err
    assert f"from {backbone}: conv1, norm1" in caplog.text
    assert Path(done.out.strip()).read_bytes() == whole.read_bytes()


def test_a_model_of_which_nothing_fits_is_refused(
    snapshot: Path, config: TrainConfig, backbone: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other.toml"
    other.write_text(LAYERS.replace("= 6", "= 7"), encoding="utf-8")
    with pytest.raises(DataError, match=r"no layer of .* fits the model; name the --model"):
        nn.run(replace(config, model=str(other)), snapshot, tmp_path / "out", start=backbone)


@pytest.mark.parametrize(
    ("name", "status", "said"),
    [("none.safetensors", 2, "none.safetensors"), ("dataset.json", 1, "is no file of deeprunning")],
)
def test_what_is_no_model_is_refused_in_one_sentence(
    name: str, status: int, said: str, snapshot: Path, tmp_path: Path
) -> None:
    done = command("train", snapshot, "--from", snapshot.with_name(name), "--out", tmp_path / "out")
    assert done.status == status
    assert said in done.err
    assert "Traceback" not in done.err
    assert not (tmp_path / "out").exists()
