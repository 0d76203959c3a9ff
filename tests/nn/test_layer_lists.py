"""Lists of layers: layers within layers, initialisers, the README's example, and older files."""

import inspect
import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import nn
from nn.architecture import LAYERS, expand, layer_of
from nn.errors import ArchitectureError
from nn.initialization import INITIALISERS
from nn.model import Sequential
from nn.predict import load_classifier, predict
from tests.nn.snapshot import make_config, make_snapshot

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")

EVERY_LAYER = """
init = "xavier_normal"
layers = [
  { layer = "Pad2d", padding = [1, 0], mode = "reflect" },
  { layer = "Conv2d", out_channels = 8, kernel_size = [3, 1], padding = [0, 1, 1, 0], stride = 2 },
  { layer = "LocalResponseNorm", size = 5 },
  { layer = "ELU", alpha = 0.5 },
  { layer = "MaxPool2d", kernel_size = 3, stride = 2, ceil = true },
  { layer = "Residual", layers = [
      { layer = "Conv2d", out_channels = 16, kernel_size = 3, padding = 1, bias = false },
      { layer = "BatchNorm" },
      { layer = "GELU" },
      { layer = "Conv2d", out_channels = 16, kernel_size = [3, 3], padding = 2, dilation = 2 },
      { layer = "Conv2d", out_channels = 16, kernel_size = 1, groups = 4, init = "orthogonal" },
    ], shortcut = [{ layer = "Conv2d", out_channels = 16, kernel_size = 1 }] },
  { layer = "AvgPool2d", kernel_size = 2, padding = 1, count_include_pad = false },
  { layer = "LeakyReLU" },
  { layer = "Softplus" },
  { layer = "GlobalMaxPool2d" },
  { layer = "Sigmoid" },
  { layer = "Residual", layers = [] },
  { layer = "Residual", layers = [
      { layer = "Linear", out_features = "classes" },
    ], shortcut = [
      { layer = "Linear", out_features = "classes" },
    ] },
  { layer = "Tanh" },
]
"""


@pytest.fixture
def every_layer(tmp_path: Path) -> str:
    path = tmp_path / "every.toml"
    path.write_text(EVERY_LAYER, encoding="utf-8")
    return str(path)


def test_a_list_may_hold_layers_within_layers(every_layer: str) -> None:
    spec = expand(every_layer, classes=3)
    assert tuple(json.loads(json.dumps(spec))) == spec
    model = Sequential.from_spec(spec)
    assert model.build((16, 16, 3), np.random.default_rng(0)) == (3,)
    names = [name for name, _ in model.named_params()]
    assert "residual1.conv2.weight" in names
    assert "residual1.shortcut.conv1.weight" in names
    assert "residual3.linear1.bias" in names
    assert sum(row.parameters for row in model.summary()) == model.theta.size


def test_an_initialiser_beside_the_list_is_that_of_all_layers_that_name_none(
    every_layer: str,
) -> None:
    first, *_ = (t for t in expand(every_layer, classes=3) if t["layer"] == "Conv2d")
    assert first["init"] == "xavier_normal"
    (block, _, last) = (t for t in expand(every_layer, classes=3) if t["layer"] == "Residual")
    assert [t.get("init") for t in block["layers"]] == [
        "xavier_normal",
        None,
        None,
        "xavier_normal",
        "orthogonal",
    ]
    assert last["layers"] == [{"layer": "Linear", "out_features": 3, "init": "xavier_normal"}]


def test_an_initialiser_may_be_given_for_a_preset() -> None:
    spec = expand("small", classes=3, init="zeros")
    model = Sequential.from_spec(spec)
    model.build((32, 32, 3), np.random.default_rng(0))
    assert not model.layers["conv1"].params["weight"].any()
    assert "init" not in expand("small", classes=3)[0]


@pytest.mark.parametrize(("init", "said"), [("3", "a text, got 3"), ('"xavier"', "did you mean")])
def test_a_wrong_initialiser_beside_the_list_is_told(tmp_path: Path, init: str, said: str) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(f'init = {init}\nlayers = [{{ layer = "Flatten" }}]', encoding="utf-8")
    with pytest.raises(ArchitectureError, match=said):
        expand(str(path), classes=3)


@pytest.mark.parametrize("depth", [9, 100])
def test_layers_within_layers_have_an_end(depth: int) -> None:
    entry: dict[str, object] = {"layer": "ReLU"}
    for _ in range(depth):
        entry = {"layer": "Residual", "layers": [entry]}
    with pytest.raises(ArchitectureError, match="within more than 8 layers"):
        layer_of(entry)


def test_a_file_that_is_nested_without_end_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text("layers = " + "[" * 5000 + "]" * 5000, encoding="utf-8")
    with pytest.raises(ArchitectureError, match=r"mine\.toml is no valid TOML"):
        expand(str(path), classes=3)


def test_a_network_of_layers_within_layers_is_trained_and_predicts_alone(
    every_layer: str, tmp_path: Path
) -> None:
    config = replace(make_config(tmp_path), model=every_layer, epochs=1)
    model = nn.run(config, make_snapshot(tmp_path), tmp_path / "model")
    photo = next((tmp_path / "photos" / "bar").iterdir())
    (row,) = predict(load_classifier(model), [str(photo)])
    assert not row.error


def test_the_network_of_the_readme_is_one(tmp_path: Path) -> None:
    (example,) = re.findall(r"```toml\n([^`]*layers = \[[^`]*)```", README)
    path = tmp_path / "mine.toml"
    path.write_text(example, encoding="utf-8")
    model = Sequential.from_spec(expand(str(path), classes=3))
    assert model.build((32, 32, 3), np.random.default_rng(0)) == (3,)


def test_the_readme_names_every_layer_with_its_arguments_and_every_initialiser() -> None:
    rows = [line for line in README.splitlines() if line.startswith("| `")]
    for name, layer in LAYERS.items():
        (row,) = (r for r in rows if f"`{name}`" in r.split("|")[1])
        assert [a for a in inspect.signature(layer).parameters if f"`{a}`" not in row] == [], name
    assert [name for name in INITIALISERS if f"`{name}`" not in README] == []


def test_a_list_that_was_written_before_there_were_more_arguments_makes_the_same_model() -> None:
    before = (
        {"layer": "Conv2d", "out_channels": 4, "kernel_size": 3, "stride": 2, "padding": 1},
        {"layer": "BatchNorm", "momentum": 0.1, "eps": 1e-5},
        {"layer": "ReLU"},
        {"layer": "MaxPool2d", "kernel_size": 2, "stride": 2, "padding": 0},
        {"layer": "Conv2d", "out_channels": 5, "kernel_size": 3, "padding": 1, "bias": False},
        {"layer": "GlobalAvgPool2d"},
        {"layer": "Flatten"},
        {"layer": "Dropout", "p": 0.5},
        {"layer": "Linear", "out_features": 3, "bias": True},
    )
    model = Sequential.from_spec(before)
    model.build((16, 16, 3))
    assert {name: array.shape for name, array in model.state().items()} == {
        "conv1.weight": (3, 3, 3, 4),
        "conv1.bias": (4,),
        "norm1.gamma": (4,),
        "norm1.beta": (4,),
        "norm1.running_mean": (4,),
        "norm1.running_var": (4,),
        "conv2.weight": (3, 3, 4, 5),
        "linear1.weight": (5, 3),
        "linear1.bias": (3,),
    }
    assert list(model.layers)[5:8] == ["average1", "flatten1", "dropout1"]
