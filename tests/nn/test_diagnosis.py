"""A diagnosis: its figures are those of the step, its verdicts those of known nets."""

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import nn
from nn.arrays import Array
from nn.layers import Layer, Linear, ReLU, Sigmoid
from nn.model import Sequential
from nn.training.diagnosis import LayerRow, diagnosed
from tests.nn.snapshot import make_config, make_snapshot
from tests.nn.test_stage import NOT_TIMED, rows_of, run_stopped
from tests.nn.test_training import CONFIG, assert_equal_states, make

X = np.random.default_rng(1).normal(size=(32, 20))
SLOPE = np.random.default_rng(2).normal(size=(32, 3))


def step_of(*layers: Layer) -> tuple[Sequential, list[LayerRow]]:
    """A step by -0.1 times the gradient, and what was measured of it."""
    model = Sequential(*layers)
    model.build((20,), np.random.default_rng(0), np.float64)
    rows: list[LayerRow] = []
    with diagnosed(model, 1, rows, lambda: pass_through(model)):
        pass_through(model)
        model.theta -= 0.1 * model.grad
    return model, rows


def pass_through(model: Sequential) -> None:
    model.forward(X, 0)
    model.backward(SLOPE.copy())


def plain(depth: int, activation: type[Layer], init: str) -> list[Layer]:
    layers = [layer for _ in range(depth) for layer in (Linear(20, init=init), activation())]
    return [*layers, Linear(3, init=init)]


def test_its_figures_are_those_of_the_step() -> None:
    model, (first, relu, last) = step_of(Linear(5), ReLU(), Linear(3))
    new = dict(model.named_params())
    dw2 = relu_of(old(model, "linear1")).T @ SLOPE
    hidden = relu_of(old(model, "linear1"))
    assert relu.mean == pytest.approx(hidden.mean())
    assert relu.std == pytest.approx(hidden.std())
    assert relu.zeros == pytest.approx((hidden == 0).mean())
    assert last.output_gradient == pytest.approx(np.linalg.norm(SLOPE))
    whole = math.hypot(np.linalg.norm(dw2), np.linalg.norm(SLOPE.sum(axis=0)))
    assert last.weight_gradient == pytest.approx(whole)
    before = new["linear2.weight"] + 0.1 * dw2
    assert last.update_ratio == pytest.approx(0.1 * whole / np.linalg.norm(before))
    assert first.layer == "linear1"
    assert math.isnan(relu.weight_gradient)
    assert math.isnan(relu.update_ratio)


def old(model: Sequential, name: str) -> Array:
    """The output of the first layer as it was before the step."""
    layer = model.layers[name]
    weight, bias = (layer.params[key] + 0.1 * layer.grads[key] for key in ("weight", "bias"))
    return np.asarray(X @ weight + bias)


def relu_of(x: Array) -> Array:
    return np.maximum(x, 0)


@pytest.mark.parametrize(
    ("activation", "init", "said"),
    [(Sigmoid, "xavier_uniform", "vanishing"), (ReLU, "he_normal", "fine")],
)
def test_gradients_vanish_under_deep_sigmoids_and_not_under_relu(
    activation: type[Layer], init: str, said: str
) -> None:
    _, rows = step_of(*plain(8, activation, init))
    assert rows[0].verdict == said
    assert rows[-1].verdict == "fine"


def test_units_that_never_fire_are_dead() -> None:
    model = Sequential(Linear(4), ReLU(), Linear(3))
    model.build((20,), np.random.default_rng(0), np.float64)
    model.layers["linear1"].params["bias"][:3] = -1e6
    rows: list[LayerRow] = []
    with diagnosed(model, 1, rows, lambda: pass_through(model)):
        pass
    relu = rows[1]
    assert (relu.layer, relu.dead, relu.verdict) == ("relu1", 0.75, "dead")


def test_gradients_that_grow_from_layer_to_layer_explode() -> None:
    _, rows = step_of(*plain(8, ReLU, "normal(1)"))
    assert rows[0].verdict == "exploding"


def test_it_changes_no_bit_and_tells_of_every_epoch_and_layer() -> None:
    watched, unwatched = make(replace(CONFIG, diagnose=True)), make()
    rows, others = list(watched.epochs()), list(unwatched.epochs())
    assert [row.loss for row in rows] == [row.loss for row in others]
    assert_equal_states(watched, unwatched)
    names = [name for name, _ in watched.model.named_layers()]
    assert [(row.epoch, row.layer) for row in watched.diagnosis] == [
        (epoch, name) for epoch in range(1, CONFIG.epochs + 1) for name in names
    ]
    assert unwatched.diagnosis == []


def test_a_training_leaves_the_table_and_the_picture_also_after_a_stop(tmp_path: Path) -> None:
    snapshot = make_snapshot(tmp_path)
    config = make_config(tmp_path, diagnose=True)
    once = nn.run(config, snapshot, tmp_path / "once").parent
    run_stopped(config, snapshot, tmp_path / "twice")
    twice = nn.run(replace(config, threads=2), snapshot, tmp_path / "twice").parent
    for name in (*NOT_TIMED, "diagnosis.csv"):
        assert (twice / name).read_bytes() == (once / name).read_bytes(), name
    rows = rows_of(once / "diagnosis.csv")
    assert {row["epoch"] for row in rows} == {"1", "2"}
    assert {row["verdict"] for row in rows} <= {"fine", "dead", "vanishing", "exploding"}
    assert "Layer by layer" in (once / "report.html").read_text(encoding="utf-8")
    bare = nn.run(replace(config, diagnose=False), snapshot, tmp_path / "bare")
    assert bare.read_bytes() == (once / "model.safetensors").read_bytes()
    assert not bare.with_name("diagnosis.csv").exists()
