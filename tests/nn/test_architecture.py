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


@pytest.mark.parametrize(
    ("name", "size", "classes", "parameters"),
    [
        ("resnet20", 32, 10, 272_474),  # as the PyTorch models of the field, which project so
        ("resnet8", 32, 10, 78_666 - 480),  # Keras counts 480 running statistics
        ("alexnet", 227, 1000, 60_965_224),  # as the model of Caffe, with its groups
    ],
)
def test_a_preset_has_the_parameters_that_were_published(
    name: str, size: int, classes: int, parameters: int
) -> None:
    model = Sequential.from_spec(expand(name, classes=classes))
    model.build((size, size, 3))
    assert model.theta.size == parameters


@pytest.mark.parametrize("size", [32, 64, 224, 227])
def test_alexnet_takes_images_from_32_to_227_pixels(size: int) -> None:
    model = Sequential.from_spec(expand("alexnet", classes=3, width=0.05))
    assert model.build((size, size, 3)) == (3,)
    (_, _, channels) = model.layers["conv5"].output_shape
    pixels = 36 if size > 200 else 1  # 6 x 6 as in the paper, or what is left of a small image
    assert model.layers["flatten1"].output_shape == (pixels * channels,)


@pytest.mark.parametrize("name", presets())
@pytest.mark.parametrize("width", [0.01, 0.3, 1.5])
def test_width_scales_every_layer_but_the_last(name: str, width: float) -> None:
    model = Sequential.from_spec(expand(name, classes=7, width=width))
    assert model.build((32, 32, 3)) == (7,)
    plain = Sequential.from_spec(expand(name, classes=7))
    plain.build((32, 32, 3))
    *scaled, _ = (p.shape[-1] for p_name, p in model.named_params() if p_name.endswith("weight"))
    *before, _ = (p.shape[-1] for p_name, p in plain.named_params() if p_name.endswith("weight"))
    assert all(abs(d - width * c) <= 2 for d, c in zip(scaled, before, strict=True))


def test_widths_stay_what_all_groups_of_the_list_can_share(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(
        "layers = [\n"
        '{ layer = "Conv2d", out_channels = 12, kernel_size = 1 },\n'
        '{ layer = "Residual", layers = [\n'
        '  { layer = "Conv2d", out_channels = 12, kernel_size = 1, groups = 6 },\n'
        '  { layer = "Conv2d", out_channels = 12, kernel_size = 1, groups = 4 },\n'
        "] },\n"
        '{ layer = "Flatten" }, { layer = "Linear", out_features = "classes" }]\n',
        encoding="utf-8",
    )
    spec = expand(str(path), classes=3, width=1.6)
    assert Sequential.from_spec(spec).build((4, 4, 3)) == (3,)
    assert spec[0]["out_channels"] == 24  # 19 would be nearer, but not for 6 and 4 groups
