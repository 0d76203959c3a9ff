"""What is known of networks is seen in the studies, with margins, for every seed."""

import itertools
from collections.abc import Callable

import numpy as np
import pytest

from flows.studies.margins import apart, gained, kept
from flows.studies.results import Results

Found = Callable[[str], Results]
BARE = {"l1": 0.0, "dropout": 0.0, "augment": False}


def test_the_gradient_of_a_deep_sigmoid_network_vanishes_and_that_of_relu_does_not(
    results: Found,
) -> None:
    plain = results("gradients").of(norm="none")
    deep, shallow = plain.of(depth=6), plain.of(depth=2)
    sigmoid = deep.of(activation="sigmoid").values("reach")
    assert apart(sigmoid, shallow.of(activation="sigmoid").values("reach"), 50)
    assert apart(sigmoid, deep.of(activation="relu").values("reach"), 100)


def test_a_network_whose_gradient_vanishes_learns_nothing(results: Found) -> None:
    deep = results("gradients").of(norm="none", depth=6)
    assert deep.of(activation="sigmoid").values("accuracy").max() < 0.25
    assert deep.of(activation="relu").values("accuracy").min() > 0.7


def test_about_half_of_the_activations_of_relu_are_zero_and_none_of_the_others(
    results: Found,
) -> None:
    deep = results("gradients").of(norm="none", depth=6)
    zeros = deep.of(activation="relu").values("zeros")
    assert zeros.min() > 0.25
    assert zeros.max() < 0.75
    assert deep.of(activation="sigmoid").values("zeros").max() == 0


@pytest.mark.parametrize("norm", ["before", "after"])
def test_batch_normalisation_wakes_sigmoid_up(results: Found, norm: str) -> None:
    deep = results("gradients").of(activation="sigmoid", depth=6)
    bare, normed = deep.of(norm="none"), deep.of(norm=norm)
    assert apart(bare.values("reach"), normed.values("reach"), 50)
    assert apart(normed.values("loss"), bare.values("loss"), 1.5)


@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "relu"])
def test_zero_weights_learn_no_more_than_chance(results: Found, activation: str) -> None:
    zeros = results("initialisation").of(init="zeros", activation=activation)
    assert zeros.values("loss").min() > 0.95 * np.log(10)


def test_small_weights_let_a_signal_die_and_he_carries_it(results: Found) -> None:
    relu = results("initialisation").of(activation="relu")
    small, he = (relu.of(init=init).values("spread") for init in ("normal(0.01)", "he_normal"))
    assert small[:, -1].max() < 1e-4
    assert he[:, -1].min() > 0.1


def test_he_is_a_factor_of_four_above_xavier_after_four_layers_of_relu(results: Found) -> None:
    relu = results("initialisation").of(activation="relu")
    he, xavier = (relu.of(init=init).values("carried") for init in ("he_normal", "xavier_fan_in"))
    assert he / xavier == pytest.approx(4, rel=1e-3)  # sqrt(2) a layer, of the same numbers


def test_weights_of_1_saturate_tanh(results: Found) -> None:
    tanh = results("initialisation").of(activation="tanh")
    large, best = (tanh.of(init=i).values("saturated") for i in ("normal(1)", "xavier_fan_in"))
    assert large.mean(axis=1).min() > 0.5
    assert best.mean(axis=1).max() < 0.1


@pytest.mark.parametrize("rule", ["sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam"])
def test_a_rate_can_be_too_large_and_too_small_and_one_between_is_right(
    results: Found, rule: str
) -> None:
    images = results("optimizers").of(task="images", optimizer=rule, schedule="constant")
    losses = {lr: np.nan_to_num(images.of(lr=lr).values("loss"), nan=99) for lr in (1e-4, 10.0)}
    best = min(images.of(lr=lr).values("loss").max() for lr in (1e-2, 1e-1))
    assert losses[10.0].min() > 2.0
    assert losses[1e-4].min() > 1.0
    assert best < 0.4


def test_a_falling_rate_helps_where_a_constant_one_is_too_large(results: Found) -> None:
    rate = results("optimizers").of(task="images", optimizer="sgd", lr=1.0)
    constant, falling = (rate.of(schedule=name) for name in ("constant", "cosine"))
    assert apart(falling.values("loss"), constant.values("loss"), 1.5)
    assert apart(constant.values("share"), falling.values("share"), 1)
    # A rate so large is a matter of luck: of one seed it can nearly do as well.
    assert falling.values("share").mean() > 1.1 * constant.values("share").mean()


def test_momentum_crosses_a_valley_in_a_third_of_the_steps(results: Found) -> None:
    valley = results("optimizers").of(task="valley")
    needed = {
        rule: valley.of(optimizer=rule).values("needed").min() for rule in valley.each("optimizer")
    }
    assert needed["momentum"] < needed["sgd"] / 3
    assert needed["nesterov"] < needed["momentum"]


def test_momentum_does_not_find_the_deeper_of_two_wells_from_everywhere(results: Found) -> None:
    wells = results("optimizers").of(task="wells", optimizer="momentum")
    assert wells.values("share").max() < 0.8


def test_soft_threshold_makes_zeros_and_the_subgradient_and_l2_do_not(results: Found) -> None:
    some = results("overfitting").of(width=50, depth=2, dropout=0.0, augment=False)
    strong = some.of(l1=1e-2)
    assert strong.of(proximal=True).values("zeros").min() > 0.4
    assert strong.of(proximal=False).values("zeros").max() < 0.01
    assert strong.of(proximal=False).values("small").min() > 0.4
    assert some.of(l2=0.1).values("zeros").max() < 0.01


def test_the_stronger_l2_the_smaller_the_weights(results: Found) -> None:
    some = results("overfitting").of(width=50, depth=2, **BARE)
    sizes = [some.of(l2=strength).values("size") for strength in (0.1, 0.01, 0.0)]
    assert all(apart(low, high, 1.02) for low, high in itertools.pairwise(sizes))


def test_too_much_l2_hurts_the_test_score(results: Found) -> None:
    some = results("overfitting").of(width=50, depth=2, **BARE)
    assert gained(some.of(l2=0.1).values("test"), some.of(l2=0.0).values("test"))


def test_a_little_dropout_closes_the_gap_and_does_not_hurt_the_test_score(results: Found) -> None:
    some = results("overfitting").of(width=50, depth=2, l2=0.0, l1=0.0, augment=False)
    none, dropped = some.of(dropout=0.0), some.of(dropout=0.2)
    assert dropped.values("gap").mean() < none.values("gap").mean() - 0.003
    assert kept(none.values("test"), dropped.values("test"), loss=0.0)


def test_masks_differ_and_their_mean_is_the_network_without_them(results: Found) -> None:
    half = results("overfitting").of(width=50, dropout=0.5)
    assert half.values("disagreement").min() > 0.1
    assert half.values("agreement").min() > 0.9
    assert apart(half.values("masks"), half.values("ensemble"), 1.03)
