"""Optimizers by their formulas; their numbers stand against PyTorch in test_golden_optimizers."""

import math
import tracemalloc
from collections.abc import Sequence
from typing import get_args

import numpy as np
import pytest

from nn import config
from nn.arrays import Array
from nn.errors import StateError
from nn.optim import OPTIMIZERS, AdaGrad, Adam, AdamW, Momentum, Nesterov, Optimizer, RMSProp

SLOTS = {
    "sgd": set(),
    "momentum": {"velocity"},
    "nesterov": {"velocity"},
    "adagrad": {"h"},
    "rmsprop": {"h"},
    "adam": {"m", "v"},
    "adamw": {"m", "v"},
}
GRADIENTS = np.random.default_rng(0).normal(size=(6, 5))
FALLING = (0.1, 0.1, 0.05, 0.05, 0.01, 0.01)
EVERY = pytest.mark.parametrize("kind", OPTIMIZERS.values(), ids=OPTIMIZERS)


def path(optimizer: Optimizer, rates: Sequence[float]) -> Array:
    """Where an optimizer goes from one, along GRADIENTS: (6, 5)."""
    p, places = np.ones(5), []
    for g, lr in zip(GRADIENTS, rates, strict=True):
        optimizer.step(p, g.copy(), lr)
        places.append(p.copy())
    return np.array(places)


def test_the_configuration_knows_every_optimizer() -> None:
    assert set(get_args(config.Optimizer)) == OPTIMIZERS.keys()


@pytest.mark.parametrize("kind", [Adam, AdamW])
def test_the_first_step_moves_every_parameter_by_the_rate(kind: type[Adam]) -> None:
    p, g = np.zeros(4), np.array([1e-3, -5.0, 200.0, -1.0])
    kind(np.zeros(4)).step(p, g.copy(), lr=0.1)
    np.testing.assert_allclose(p, -0.1 * np.sign(g), rtol=1e-4)


def test_adamw_takes_the_decay_from_the_weights_and_not_through_the_moments() -> None:
    p = np.ones(2)
    optimizer = AdamW(np.array([0.5, 0.0]))
    optimizer.step(p, np.zeros(2), lr=0.1)
    np.testing.assert_allclose(p, [1 - 0.1 * 0.5, 1])
    assert not optimizer.m.any()


def test_adam_adds_the_decay_to_the_gradient() -> None:
    p = np.ones(2)
    optimizer = Adam(np.array([0.5, 0.0]))
    optimizer.step(p, np.zeros(2), lr=0.1)
    np.testing.assert_allclose(optimizer.m, [0.05, 0])


@pytest.mark.parametrize("kind", [Momentum, Nesterov])
def test_at_a_constant_rate_it_is_all_one_where_the_rate_stands(kind: type[Momentum]) -> None:
    inside, outside = kind(np.zeros(5), rate_inside=True), kind(np.zeros(5))
    np.testing.assert_allclose(path(inside, [0.1] * 6), path(outside, [0.1] * 6), rtol=1e-12)


@pytest.mark.parametrize("kind", [Momentum, Nesterov])
def test_when_the_rate_falls_a_rate_inside_goes_on_further(kind: type[Momentum]) -> None:
    """The steps after the fall still carry the velocity of the large rate."""
    one_way = np.ones((6, 5))
    lengths = {}
    for inside in (True, False):
        optimizer, p = kind(np.zeros(5), rate_inside=inside), np.ones(5)
        for g, lr in zip(one_way, FALLING, strict=True):
            optimizer.step(p, g.copy(), lr)
        lengths[inside] = 1 - p[0]
    assert lengths[True] > 1.2 * lengths[False]


def test_a_rate_inside_is_the_courses_form_of_momentum() -> None:
    w, v, expected = np.ones(5), np.zeros(5), []
    for g, lr in zip(GRADIENTS, FALLING, strict=True):
        v = 0.9 * v - lr * g
        w = w + v
        expected.append(w)
    found = path(Momentum(np.zeros(5), rate_inside=True), FALLING)
    np.testing.assert_allclose(found, expected, rtol=1e-12)


def test_a_rate_inside_is_the_courses_form_of_nesterov() -> None:
    w, v, expected = np.ones(5), np.zeros(5), []
    for g, lr in zip(GRADIENTS, FALLING, strict=True):
        v = 0.9 * v - lr * g
        w = w + 0.9 * v - lr * g
        expected.append(w)
    found = path(Nesterov(np.zeros(5), rate_inside=True), FALLING)
    np.testing.assert_allclose(found, expected, rtol=1e-12)


@pytest.mark.parametrize("inside", [False, True])
@pytest.mark.parametrize("kind", [AdaGrad, RMSProp])
def test_eps_stands_outside_the_root_or_inside(
    kind: type[AdaGrad | RMSProp], *, inside: bool
) -> None:
    eps, w, h = 0.5, np.ones(5), np.zeros(5)
    expected = []
    for g, lr in zip(GRADIENTS, FALLING, strict=True):
        h = h + g**2 if kind is AdaGrad else 0.99 * h + 0.01 * g**2
        w = w - lr * g / (np.sqrt(h + eps) if inside else np.sqrt(h) + eps)
        expected.append(w)
    found = path(kind(np.zeros(5), eps=eps, eps_inside=inside), FALLING)
    np.testing.assert_allclose(found, expected, rtol=1e-12)


def test_adagrad_may_begin_with_squares_in_its_memory() -> None:
    p = np.zeros(1)
    AdaGrad(np.zeros(1), initial=0.21).step(p, np.array([2.0]), lr=0.1)
    assert p[0] == pytest.approx(-0.1 * 2 / math.sqrt(4.21))


@pytest.mark.parametrize("hat", [False, True])
def test_eps_of_adam_stands_after_the_bias_correction_or_before(*, hat: bool) -> None:
    eps, w, m, v = 0.5, np.ones(5), np.zeros(5), np.zeros(5)
    expected = []
    for t, (g, lr) in enumerate(zip(GRADIENTS, FALLING, strict=True), start=1):
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
        first, second = 1 - 0.9**t, 1 - 0.999**t
        unbiased = lr * (m / first) / (np.sqrt(v / second) + eps)
        w = w - (lr * np.sqrt(second) / first * m / (np.sqrt(v) + eps) if hat else unbiased)
        expected.append(w)
    np.testing.assert_allclose(path(Adam(np.zeros(5), eps=eps, eps_hat=hat), FALLING), expected)


@EVERY
def test_going_on_from_a_saved_state_gives_the_same_bits(kind: type[Optimizer]) -> None:
    decay = np.full(5, 0.01)
    p, straight = np.ones(5), kind(decay)
    for g in GRADIENTS:
        straight.step(p, g.copy(), lr=0.1)
    q, first, second = np.ones(5), kind(decay), kind(decay)
    for g in GRADIENTS[:3]:
        first.step(q, g.copy(), lr=0.1)
    second.load_state({name: array.copy() for name, array in first.state().items()})
    for g in GRADIENTS[3:]:
        second.step(q, g.copy(), lr=0.1)
    np.testing.assert_array_equal(p, q)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_the_names_in_a_checkpoint_stay(name: str) -> None:
    assert OPTIMIZERS[name](np.zeros(3)).state().keys() == SLOTS[name] | {"steps"}


def test_the_state_of_another_model_is_refused() -> None:
    with pytest.raises(StateError, match="does not fit"):
        Adam(np.zeros(3)).load_state(Adam(np.zeros(4)).state())


def test_the_state_of_another_optimizer_is_refused() -> None:
    with pytest.raises(StateError, match="does not fit"):
        Adam(np.zeros(3)).load_state(Momentum(np.zeros(3)).state())


@EVERY
def test_a_step_allocates_no_vector(kind: type[Optimizer]) -> None:
    size = 100_000
    optimizer, p, g = kind(np.full(size, 0.01)), np.ones(size), np.ones(size)
    optimizer.step(p, g, lr=0.1)
    tracemalloc.start()
    try:
        optimizer.step(p, g, lr=0.1)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < p.nbytes / 4


@EVERY
def test_single_precision_stays_single(kind: type[Optimizer]) -> None:
    optimizer, p = kind(np.full(3, 0.01, np.float32)), np.ones(3, np.float32)
    optimizer.step(p, np.ones(3, np.float32), lr=0.1)
    slots = [array for name, array in optimizer.state().items() if name != "steps"]
    assert {array.dtype for array in (p, *slots)} == {np.dtype(np.float32)}
