"""The alarm: a training that diverges says in which layer, and what helps."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from nn.arrays import Array
from nn.errors import DivergedError
from nn.layers import Conv2d, Flatten, Layer, Linear, ReLU
from nn.model import Sequential
from nn.training.alarm import trouble
from nn.training.diagnosis import LayerRow, diagnosed
from tests.nn.command import command
from tests.nn.snapshot import LAYERS, make_snapshot
from tests.nn.test_training import CONFIG, make

IMAGES = np.ones((4, 6, 6, 1), np.float32)


@pytest.fixture
def model() -> Sequential:
    model = Sequential(Conv2d(2, 3), ReLU(), Conv2d(2, 3), ReLU(), Flatten(), Linear(3))
    model.build((6, 6, 1), np.random.default_rng(0))
    return model


def slope(logits: Array) -> tuple[float, Array]:
    return 0.0, np.ones_like(logits)


def test_it_names_the_layer_with_a_weight_that_is_not_finite(model: Sequential) -> None:
    model.state()["conv2.weight"][0, 0, 0, 0] = np.inf
    assert trouble(model, IMAGES, 0, slope) == "a weight of conv2 is no longer a finite number"


def test_it_names_the_first_layer_whose_output_overflows(model: Sequential) -> None:
    model.state()["conv1.bias"][:] = 3e38
    model.state()["conv2.weight"][:] = 10
    with np.errstate(over="ignore", invalid="ignore"):
        found = trouble(model, IMAGES, 0, slope)
    assert found == "the output of conv2 is no longer a finite number"


def test_it_names_the_last_layer_whose_gradient_overflows(model: Sequential) -> None:
    def steep(logits: Array) -> tuple[float, Array]:
        return 0.0, np.full_like(logits, 3e38)

    model.state()["linear1.weight"][:] = 10
    with np.errstate(over="ignore", invalid="ignore"):
        found = trouble(model, IMAGES, 0, steep)
    assert found.startswith("the gradient of the bias of linear1 is")


def test_looking_leaves_no_trace_in_the_layers(model: Sequential) -> None:
    trouble(model, IMAGES, 0, slope)
    rows: list[LayerRow] = []
    with diagnosed(model, 1, rows, lambda: model.backward(slope(model.forward(IMAGES, 0))[1])):
        pass
    for _, layer in model.named_layers():
        assert not {"forward", "backward"} & vars(layer).keys()


def test_a_gradient_that_is_not_finite_is_noticed_though_the_loss_is() -> None:
    training = make()
    conv = training.model.layers["conv1"]

    def broken(layer: Layer) -> Callable[[Array], Array]:
        backward = layer.backward

        def broken_backward(dy: Array) -> Array:
            dx = backward(dy)
            conv.grads["weight"][0] = np.nan
            return dx

        return broken_backward

    for layer in conv, training.model.computed(0)["conv1"]:
        vars(layer)["backward"] = broken(layer)
    with pytest.raises(DivergedError, match=r"epoch 1 .*: the gradient of the weight of conv1 is"):
        next(training.epochs())


def test_a_loss_beyond_hope_ends_the_run_though_it_is_finite() -> None:
    training = make(replace(CONFIG, lr=1e4, schedule="constant", weight_decay=0, optimizer="sgd"))
    with pytest.raises(DivergedError, match=r"the loss is \S+ and the output of \w+ reaches"):
        list(training.epochs())


def test_the_command_ends_with_one_sentence_and_status_1(tmp_path: Path) -> None:
    layers = tmp_path / "layers.toml"
    layers.write_text(LAYERS, encoding="utf-8")
    out = tmp_path / "out"
    done = command(
        "train", make_snapshot(tmp_path), "--model", layers, "--lr", "1e30", "--out", out
    )
    assert done.status == 1
    last = done.err.strip().splitlines()[-1]
    assert "training diverged in epoch 1 at a learning rate of" in last
    assert "is no longer a finite number; try a smaller lr, or clip_norm 1" in last
    assert "Traceback" not in done.err
