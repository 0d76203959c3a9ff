"""Optimizers, schedules, clipping and shrinking equal to PyTorch's, by numbers that
golden/make_optimizers.py wrote with PyTorch.
"""

from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file

from nn.arrays import Array
from nn.optim import OPTIMIZERS
from nn.training.clipping import clip_norm, clip_value
from nn.training.regularization import L1
from nn.training.schedules import SCHEDULES, Schedule, cosine, warmed_up

GOLDEN = load_file(Path(__file__).parent / "golden" / "optimizers.safetensors")
STEPS, SIZE = GOLDEN["noise"].shape
RATES = {
    "sgd": 0.05,
    "momentum": 0.01,
    "nesterov": 0.01,
    "adagrad": 0.5,
    "rmsprop": 0.01,
    "adam": 0.05,
    "adamw": 0.05,
}


def trajectory(name: str, *, varied: bool) -> Array:
    """The parameters after every step, as the golden script computes them."""
    decay = np.tile([0.1, 0.0], SIZE // 2) if varied else np.zeros(SIZE)
    optimizer, p = OPTIMIZERS[name](decay), GOLDEN["start"].copy()
    path = np.empty((STEPS, SIZE))
    for t in range(STEPS):
        lr = RATES[name] * (GOLDEN["rates"][t] if varied else 1.0)
        optimizer.step(p, GOLDEN["curvature"] * p + GOLDEN["noise"][t], lr)
        path[t] = p
    return path


@pytest.mark.parametrize("name", OPTIMIZERS)
@pytest.mark.parametrize("kind", ["plain", "varied"])
def test_a_hundred_steps_equal_those_of_pytorch(name: str, kind: str) -> None:
    path = trajectory(name, varied=kind == "varied")
    np.testing.assert_allclose(path, GOLDEN[f"{name}.{kind}"], rtol=1e-9, atol=1e-13)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_the_two_trajectories_of_an_optimizer_are_far_apart(name: str) -> None:
    """So that decay and a rate that changes are seen by the test above."""
    assert abs(GOLDEN[f"{name}.plain"] - GOLDEN[f"{name}.varied"]).max() > 0.01


@pytest.mark.parametrize(
    ("name", "schedule"), [*SCHEDULES.items(), ("warmed_cosine", warmed_up(cosine, 0.2))]
)
def test_a_schedule_gives_the_rates_of_pytorch(name: str, schedule: Schedule) -> None:
    expected = GOLDEN[f"schedule.{name}"]
    rates = [schedule(i / (len(expected) - 1)) for i in range(len(expected))]
    np.testing.assert_allclose(rates, expected, rtol=1e-12, atol=1e-15)


def test_clipping_by_norm_is_that_of_pytorch() -> None:
    g = GOLDEN["start"].copy()
    assert clip_norm(g, 0.5) == pytest.approx(np.sqrt((GOLDEN["start"] ** 2).sum()))
    np.testing.assert_allclose(g, GOLDEN["clip.norm"], rtol=1e-6)  # PyTorch adds 1e-6 to the norm


def test_clipping_by_value_is_that_of_pytorch() -> None:
    g = GOLDEN["start"].copy()
    clip_value(g, 0.5)
    np.testing.assert_array_equal(g, GOLDEN["clip.value"])


def test_shrinking_is_the_soft_threshold_of_pytorch() -> None:
    p = GOLDEN["start"].copy()
    L1(np.full(SIZE, 5.0)).shrink(p, lr=0.1)
    np.testing.assert_allclose(p, GOLDEN["shrink"], rtol=1e-12)
