"""What a list of layers takes is counted rightly, and refused where it is too much."""

import re
from pathlib import Path
from typing import Any

import pytest

from nn.architecture import LAYERS, Spec, expand, preset, presets
from nn.budget import weights_needed
from nn.errors import ArchitectureError
from nn.model import Sequential
from tests.nn.test_layer_lists import EVERY_LAYER

HUGE = 10**9
END = {"layer": "Flatten"}, {"layer": "Linear", "out_features": 2}


def assert_counted(spec: Spec, side: int = 32) -> None:
    model = Sequential.from_spec(spec)
    needed = weights_needed(model, (side, side, 3))
    model.build((side, side, 3))
    assert needed == sum(array.size for array in model.state().values())


@pytest.mark.parametrize("name", presets())
def test_the_weights_of_every_preset_are_counted(name: str) -> None:
    assert_counted(expand(name, classes=7))


def test_the_weights_of_every_layer_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "every.toml"
    path.write_text(EVERY_LAYER, encoding="utf-8")
    assert_counted(expand(str(path), classes=3))


def test_no_layer_is_left_out_of_those_that_are_counted() -> None:
    listed = set(re.findall(r'layer = "(\w+)"', EVERY_LAYER))
    for name in presets():
        pending = list(preset(name))
        for table in pending:
            listed.add(table["layer"])
            pending += table.get("layers", []) + table.get("shortcut", [])
    assert listed == set(LAYERS)


def conv(channels: int = 2, kernel: int = 1, **more: Any) -> dict[str, Any]:
    return {"layer": "Conv2d", "out_channels": channels, "kernel_size": kernel, **more}


@pytest.mark.parametrize(
    ("layers", "sentence"),
    [
        ([conv(HUGE)], "layer conv1: takes more than 8 GiB"),
        ([conv(kernel=HUGE, padding=HUGE)], "layer conv1: takes more than"),
        ([conv(padding=HUGE)], "layer conv1: takes more than"),
        ([conv(10**300, dilation=10**300)], "layer conv1: takes more than"),
        ([{"layer": "Pad2d", "padding": HUGE}], "layer pad1: takes more than"),
        ([{"layer": "Pad2d", "padding": HUGE, "mode": "reflect"}], "layer pad1: takes more than"),
        (
            [{"layer": "MaxPool2d", "kernel_size": HUGE, "padding": HUGE // 2}],
            "layer pool1: sees more than",
        ),
        ([{"layer": "AvgPool2d", "kernel_size": 600, "padding": 300}], "sees more than"),
        ([END[0], {"layer": "Linear", "out_features": HUGE}], "layer linear1: takes more"),
        ([conv(10**5, stride=64), {"layer": "LocalResponseNorm", "size": 3}], "layer response1"),
        ([conv(1000, 3, padding=1)] * 4, "multiplications an image"),
        ([{"layer": "Residual", "layers": [conv(HUGE)]}], "layer residual1: takes more than"),
        ([{"layer": "ReLU"}] * 10_001, "more than 10,000 layers"),
        ([{"layer": "Residual", "layers": [{"layer": "ReLU"}] * 10_000}], "more than 10,000"),
    ],
)
def test_what_would_take_too_much_is_refused_before_it_is_built(
    layers: list[dict[str, Any]], sentence: str
) -> None:
    with pytest.raises(ArchitectureError, match=sentence):
        weights_needed(Sequential.from_spec((*layers, *END)), (64, 64, 3))
