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
        ({"layer": ["Conv2d"]}, "no layer is called"),
        ({"layer": "MaxPool2d", "kernel_size": [2, 2, 2]}, "kernel_size.* a number, or 2 of them"),
        ({"layer": "MaxPool2d", "kernel_size": [2, "2"]}, "kernel_size.* a list of them"),
        ({"layer": "MaxPool2d", "kernel_size": []}, "kernel_size.* a list of them"),
        ({"layer": "MaxPool2d", "kernel_size": [2, 0]}, r"at least 1, got \[2, 0\]"),
        ({"layer": "AvgPool2d", "kernel_size": 2, "padding": [1, 1, 1]}, "2 or 4 of them"),
        ({"layer": "AvgPool2d", "kernel_size": 2, "ceil_mode": True}, "ceil_mode; did you mean"),
        (
            {"layer": "Conv2d", "out_channels": 9, "kernel_size": 1, "groups": 2},
            "multiple of its 2",
        ),
        ({"layer": "Linear", "out_features": 3, "init": "he"}, "did you mean he_normal"),
        ({"layer": "Linear", "out_features": 3, "init": 1}, "init.* a text"),
        ({"layer": "LeakyReLU", "negative_slope": 1.5}, "from 0 to 1, got 1.5"),
        ({"layer": "ELU", "alpha": float("nan")}, "alpha of ELU .* nan"),
        ({"layer": "LocalResponseNorm", "size": 5, "k": 0}, "k of LocalResponseNorm .* above 0"),
        ({"layer": "LocalResponseNorm", "size": 0}, "size.* at least 1"),
        ({"layer": "BatchNorm", "eps": 0}, "eps of BatchNorm .* above 0"),
        ({"layer": "BatchNorm", "momentum": 2}, "momentum of BatchNorm .* from 0 to 1"),
        ({"layer": "Pad2d", "padding": 1, "mode": "mirror"}, "one of zeros, reflect, replicate"),
        ({"layer": "Residual", "layers": {"layer": "ReLU"}}, "layers.* a list of layers"),
        ({"layer": "Residual", "layers": [1]}, "layers.* a list of layers"),
        ({"layer": "Residual", "layers": [{"layer": "Relu"}]}, "did you mean ReLU"),
        ({"layer": "Residual"}, "Residual needs layers"),
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


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        (
            {"layer": "Conv2d", "out_channels": 4, "kernel_size": 1, "groups": 4},
            "share the 6 chann",
        ),
        ({"layer": "Pad2d", "padding": [0, 8, 0, 0], "mode": "reflect"}, "as wide as an image"),
        ({"layer": "MaxPool2d", "kernel_size": [3, 9]}, "3 x 9 pixels does not fit .* 8 x 8"),
        ({"layer": "AvgPool2d", "kernel_size": 2, "padding": 2}, "sees nothing else"),
        (
            {"layer": "Residual", "layers": [{"layer": "MaxPool2d", "kernel_size": 2}]},
            r"make \(4, 4, 6\) an image, its shortcut \(8, 8, 6\)",
        ),
        (
            {"layer": "Residual", "layers": [{"layer": "Linear", "out_features": 2}]},
            "layer linear1: Linear takes vectors",
        ),
    ],
)
def test_a_layer_that_does_not_fit_its_input_is_named_with_the_reason(
    entry: dict[str, object], said: str
) -> None:
    model = Sequential.from_spec(({"layer": "ReLU"}, entry))
    with pytest.raises(ArchitectureError, match=rf"layer [a-z]+1: .*{said}"):
        model.build((8, 8, 6))
