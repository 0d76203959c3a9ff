"""What is known of optimizers is seen of ours, on bowls whose curvature is known."""

import math

import numpy as np
import pytest

from nn.arrays import Array
from nn.optim import SGD, AdaGrad, Adam, Momentum, Nesterov, Optimizer, RMSProp
from nn.training.regularization import L1

VALLEY = np.array([1.0, 100.0])  # curvatures: a hundred times as steep across as along
RATES = np.geomspace(2e-3, 1e-1, 18)
NONE = np.zeros(2)


def steps_down(make: type[Optimizer], lr: float, *, most: int = 1000) -> int:
    """Steps until the loss is a millionth of that at the start, `most` if it never is."""
    optimizer, p = make(NONE), np.ones(2)
    target = 1e-6 * float(VALLEY @ p**2)
    for step in range(most):
        loss = float(VALLEY @ p**2)
        if loss < target:
            return step
        if loss > 1e9:
            return most
        optimizer.step(p, VALLEY * p, lr)
    return most


def fewest(make: type[Optimizer]) -> int:
    return min(steps_down(make, lr) for lr in RATES.tolist())


def test_momentum_is_three_times_as_fast_in_a_valley_each_at_its_best_rate() -> None:
    plain = fewest(SGD)
    assert fewest(Momentum) < plain / 3
    assert fewest(Nesterov) < plain / 3


def far_after(optimizer: Optimizer, lr: float) -> float:
    """How far 200 steps lead from 1 on a bowl of curvature 10: below 1 they converge."""
    p = np.ones(1)
    for _ in range(200):
        optimizer.step(p, 10 * p, lr)
    return abs(float(p[0]))


def test_a_rate_above_two_over_the_curvature_diverges_and_just_below_converges() -> None:
    bound = 2 / 10
    assert far_after(SGD(np.zeros(1)), 1.03 * bound) > 100
    assert far_after(SGD(np.zeros(1)), 0.97 * bound) < 0.01


def test_with_momentum_the_bound_is_higher_by_one_plus_mu() -> None:
    bound = 2 * (1 + 0.9) / 10
    assert far_after(Momentum(np.zeros(1)), 1.03 * bound) > 100
    assert far_after(Momentum(np.zeros(1)), 0.97 * bound) < 0.1


def test_a_rate_that_is_too_small_crawls() -> None:
    assert far_after(SGD(np.zeros(1)), 1e-5) > 0.95


def moves(optimizer: Optimizer, gradients: Array) -> Array:
    """By how much each step moves a parameter, per unit of its gradient: (T,)."""
    p, sizes = np.zeros(1), []
    for g in gradients:
        before = p.copy()
        optimizer.step(p, np.array([g]), lr=1.0)
        sizes.append(((before - p) / g).item())
    return np.array(sizes)


def test_the_rate_of_adagrad_only_falls_and_that_of_rmsprop_does_not_die() -> None:
    gradients = np.random.default_rng(0).uniform(0.5, 1.5, 2000)
    adagrad = moves(AdaGrad(np.zeros(1)), gradients)
    rmsprop = moves(RMSProp(np.zeros(1)), gradients)
    assert (np.diff(adagrad) < 0).all()
    assert adagrad[-1] < 0.05 * adagrad[0]
    usual = 1 / math.sqrt((gradients**2).mean())  # the rate of 1 over the gradients' size
    assert rmsprop[-1] == pytest.approx(usual, rel=0.1)
    assert rmsprop[-1] > 20 * adagrad[-1]


def test_when_gradients_become_small_rmsprop_wakes_up_and_adagrad_sleeps_on() -> None:
    gradients = np.concatenate([np.full(1000, 1.0), np.full(1000, 0.01)])
    assert moves(RMSProp(np.zeros(1)), gradients)[-1] > 50
    assert moves(AdaGrad(np.zeros(1)), gradients)[-1] < 0.04


@pytest.mark.parametrize("scale", [1e-5, 1e-2, 1.0, 1e5])
def test_the_first_step_of_adam_is_the_rate_whatever_the_gradients_scale(scale: float) -> None:
    p, q = np.zeros(2), np.zeros(2)
    g = scale * np.array([1.0, -3.0])
    Adam(NONE).step(p, g.copy(), lr=0.01)
    SGD(NONE).step(q, g.copy(), lr=0.01)
    np.testing.assert_allclose(p, [-0.01, 0.01], rtol=2e-3)
    np.testing.assert_allclose(q, -0.01 * g)


def sparse_regression(penalty: str) -> Array:
    """Twenty weights of which three are needed, learned under a penalty from noisy data."""
    rng = np.random.default_rng(0)
    x, w = rng.normal(size=(200, 20)), np.zeros(20)
    w[:3] = 2, -1, 1
    y = x @ w + rng.normal(0, 0.1, 200)
    l1 = L1(np.full(20, 0.1))
    optimizer, p = SGD(np.full(20, 0.1 if penalty == "l2" else 0.0)), rng.normal(size=20)
    for _ in range(500):
        g = x.T @ (x @ p - y) / 200
        if penalty == "subgradient":
            l1.add_subgradient(p, g)
        optimizer.step(p, g, lr=0.1)
        if penalty == "proximal":
            l1.shrink(p, lr=0.1)
    return p


def test_l1_by_its_proximal_operator_makes_exact_zeros_of_what_is_not_needed() -> None:
    p = sparse_regression("proximal")
    assert (p[3:] == 0).sum() >= 15
    np.testing.assert_allclose(p[:3], [1.9, -0.9, 0.9], atol=0.1)


def test_l2_makes_weights_small_and_none_zero() -> None:
    p = sparse_regression("l2")
    assert (p != 0).all()
    assert abs(p).sum() < abs(sparse_regression("none")).sum()


def test_l1_by_its_subgradient_trembles_about_zero() -> None:
    p = sparse_regression("subgradient")
    assert (p != 0).all()
    assert (abs(p[3:]) < 0.02).sum() >= 15
