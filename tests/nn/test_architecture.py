"""Architectures from presets and files, and what is said when a name is mistyped."""

import json
from pathlib import Path

import numpy as np
import pytest

from nn.architecture import LAYERS, expand, layer_of, presets
from nn.errors import ArchitectureError
from nn.model import Sequential


@pytest.mark.parametrize("name", presets())
@pytest.mark.parametrize("size", [32, 64])
def test_every_preset_becomes_a_model(name: str, size: int) -> None:
    model = Sequential.from_spec(expand(name, classes=7))
    assert model.build((size, size, 3), np.random.default_rng(0)) == (7,)


@pytest.mark.parametrize("name", presets())
def test_a_spec_survives_json(name: str) -> None:
    spec = expand(name, classes=7)
    assert tuple(json.loads(json.dumps(spec))) == spec


def test_a_file_lists_layers_and_leaves_the_number_of_classes_open(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(
        'layers = [{ layer = "Flatten" }, { layer = "Linear", out_features = "classes" }]\n',
        encoding="utf-8",
    )
    assert expand(str(path), classes=3) == (
        {"layer": "Flatten"},
        {"layer": "Linear", "out_features": 3},
    )


@pytest.mark.parametrize(
    ("name", "said"),
    [("smal", "did you mean small"), ("nowhere.toml", "no such file of layers: nowhere.toml")],
)
def test_an_unknown_model_is_answered_with_the_nearest(name: str, said: str) -> None:
    with pytest.raises(ArchitectureError, match=said):
        expand(name, classes=3)


@pytest.mark.parametrize(
    "text",
    ["layers = 3", "layers = [1]", "layers = []", "", "layers =", "layers = [{}]\nlayer = 1"],
)
def test_a_file_that_holds_no_layers_is_named(text: str, tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ArchitectureError, match=r"mine\.toml"):
        expand(str(path), classes=3)


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ({"layer": "Conv2"}, "did you mean Conv2d"),
        ({}, "no `layer`"),
        ({"layer": "Conv2d", "out_channels": 3, "kernel": 3}, "kernel; did you mean kernel_size"),
        ({"layer": "Conv2d", "out_channels": 3}, "needs kernel_size"),
        ({"layer": "Conv2d", "out_channels": "8", "kernel_size": 3}, "out_channels.*whole number"),
        ({"layer": "Conv2d", "out_channels": 0, "kernel_size": 3}, "out_channels.*at least 1"),
        ({"layer": "Conv2d", "out_channels": 8, "kernel_size": 3, "padding": -1}, "at least 0"),
        ({"layer": "Dropout", "p": 1.5}, r"p of Dropout .* 1\.5"),
        ({"layer": "Linear", "out_features": 3, "bias": 1}, "bias.*true or false"),
        ({"layer": "Linear", "out_features": "classes"}, "whole number, got 'classes'"),
    ],
)
def test_a_wrong_layer_is_answered_in_one_sentence(entry: dict[str, object], said: str) -> None:
    with pytest.raises(ArchitectureError, match=said):
        layer_of(entry)


def test_a_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ArchitectureError, match=r"mine\.toml is no valid TOML"):
        expand(str(path), classes=3)


def test_layers_are_known_by_the_names_of_their_classes() -> None:
    assert all(layer.__name__ == name for name, layer in LAYERS.items())
    assert "Layer" not in LAYERS


def test_a_layer_that_does_not_fit_is_named() -> None:
    model = Sequential.from_spec(({"layer": "ReLU"}, {"layer": "Linear", "out_features": 2}))
    with pytest.raises(ArchitectureError, match="layer linear1: Linear takes vectors"):
        model.build((8, 8, 3))
