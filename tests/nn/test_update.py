"""One update: each setting does its part, in its order, and spares what is not to be penalised."""

import math
from dataclasses import asdict, replace
from typing import Any

import numpy as np
import pytest

from nn.config import TrainConfig
from nn.errors import StateError
from nn.layers import BatchNorm, Conv2d, Flatten, Linear
from nn.model import Sequential
from nn.optim import OPTIMIZERS, Momentum
from nn.training.update import Update
from tests.nn.test_training import CONFIG, assert_equal_states, copied, make, without_times

PLAIN = TrainConfig(optimizer="sgd", weight_decay=0.0)
EVERYTHING = {
    "adamw with the average of all steps": {"average": 1.0, "average_start": 0.0},
    "momentum with a moving average": {"optimizer": "momentum", "average": 0.9},
    "nesterov, clipped": {"optimizer": "nesterov", "clip_norm": 0.5, "clip_value": 0.1},
    "adagrad after a warm-up": {"optimizer": "adagrad", "warmup": 0.3, "schedule": "cosine"},
    "rmsprop with l1": {"optimizer": "rmsprop", "l1": 1e-3, "schedule": "step"},
    "sgd with proximal l1": {"optimizer": "sgd", "l1": 1e-3, "proximal": True},
    "adam": {"optimizer": "adam", "schedule": "constant"},
}


def update_of(config: TrainConfig) -> Update:
    model = Sequential(Conv2d(2, 3), BatchNorm(), Flatten(), Linear(3))
    model.build((4, 4, 1), np.random.default_rng(0))
    return Update(config, model)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_the_optimizer_is_that_of_the_configuration(name: Any) -> None:
    optimizer = update_of(replace(PLAIN, optimizer=name, momentum=0.8)).optimizer
    assert type(optimizer) is OPTIMIZERS[name]
    if isinstance(optimizer, Momentum):
        assert optimizer.momentum == 0.8


@pytest.mark.parametrize(
    "penalty",
    [{"weight_decay": 0.1}, {"l1": 0.1}, {"l1": 0.1, "proximal": True}],
    ids=["L2", "L1", "proximal L1"],
)
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_biases_and_normalisations_are_not_penalised(name: Any, penalty: dict[str, Any]) -> None:
    update = update_of(replace(PLAIN, optimizer=name, **penalty))
    p, mask = update.model.theta, update.model.decay_mask()
    p[:] = 0.5
    before = p.copy()
    update.model.grad[:] = 0
    update.step(0.001, 0.0)
    assert (abs(p[mask == 1]) < abs(before[mask == 1])).all()
    np.testing.assert_array_equal(p[mask == 0], before[mask == 0])


def test_the_gradient_of_the_data_is_clipped_before_the_penalty_joins_it() -> None:
    update = update_of(replace(PLAIN, clip_norm=1.0, weight_decay=0.5))
    model = update.model
    p, decay = model.theta.copy(), 0.5 * model.decay_mask()
    model.grad[:] = 100.0
    update.step(0.1, 0.0)
    unit = 1 / math.sqrt(p.size)
    np.testing.assert_allclose(model.theta, p - 0.1 * (unit + decay * p), rtol=1e-4, atol=1e-6)


def test_single_numbers_are_clipped_before_the_norm_is_taken() -> None:
    update = update_of(replace(PLAIN, clip_value=1.0, clip_norm=0.5))
    p = update.model.theta.copy()
    update.model.grad[:] = 0
    update.model.grad[:2] = 1000.0, 1.0
    update.step(1.0, 0.0)
    np.testing.assert_allclose((p - update.model.theta)[:2], 0.5 / math.sqrt(2), rtol=1e-5)


def test_the_penalty_is_that_whose_slope_the_weights_are_given() -> None:
    update = update_of(replace(PLAIN, l1=0.3, weight_decay=0.2))
    weights = update.model.theta[update.model.decay_mask() == 1].astype(float)
    expected = 0.1 * (weights**2).sum() + 0.3 * abs(weights).sum()
    assert update.penalty() == pytest.approx(expected, rel=1e-5)


def test_averaging_begins_where_the_run_has_come_so_far() -> None:
    update = update_of(replace(PLAIN, average=1.0, average_start=0.5))
    assert update.average is not None
    for progress in (0.0, 0.49, 0.5, 0.51):
        update.step(0.1, progress)
    assert update.average.count == 2


@pytest.mark.parametrize("settings", EVERYTHING.values(), ids=EVERYTHING)
def test_a_resumed_run_ends_in_the_same_bits_whatever_is_set(settings: dict[str, Any]) -> None:
    config = replace(CONFIG, **settings)
    straight, first, second = make(config), make(config), make(config)
    rows = [without_times(row) for row in straight.epochs()]
    epochs = first.epochs()
    before = [without_times(next(epochs)) for _ in range(3)]
    second.load_state(*copied(first))
    after = [without_times(row) for row in second.epochs()]
    assert before + after == rows
    assert_equal_states(second, straight)


def test_any_number_of_threads_averages_to_the_same_bits() -> None:
    config = replace(CONFIG, average=0.9, average_start=0.0, clip_norm=1.0, l1=1e-3)
    one, more = make(replace(config, threads=1)), make(replace(config, threads=4))
    assert [asdict(without_times(row)) for row in one.epochs()] == [
        asdict(without_times(row)) for row in more.epochs()
    ]
    assert_equal_states(one, more)


def test_what_is_kept_and_measured_is_the_average_while_training_goes_on_without_it() -> None:
    averaging, plain = (
        make(replace(CONFIG, average=average, average_start=0.0), val=0) for average in (1.0, 0.0)
    )
    rows = list(averaging.epochs())
    assert [row.loss for row in rows] == [row.loss for row in plain.epochs()]
    np.testing.assert_array_equal(averaging.model.theta, plain.model.theta)
    assert averaging.update.average is not None
    kept = [averaging.best[name].ravel() for name, _ in averaging.model.named_params()]
    np.testing.assert_array_equal(np.concatenate(kept), averaging.update.average.value)


def test_the_statistics_that_are_kept_are_those_of_the_averaged_weights() -> None:
    training = make(replace(CONFIG, average=1.0, average_start=0.0), val=0)
    list(training.epochs())
    training.model.load_state(training.best)
    convolution = training.model.layers["conv1"]
    means = [convolution.forward(x).mean(axis=(0, 1, 2)) for x, _, _ in training._batches()]
    np.testing.assert_allclose(
        training.best["norm1.running_mean"], np.mean(means, axis=0), rtol=1e-4, atol=1e-6
    )


def test_a_state_without_the_average_is_refused() -> None:
    arrays, facts = copied(make(replace(CONFIG, average=1.0)))
    with pytest.raises(StateError, match="no part of the state"):
        make().load_state(arrays, facts)
    without = {name: a for name, a in arrays.items() if not name.startswith("average.")}
    with pytest.raises(StateError, match="averaged weights do not fit"):
        make(replace(CONFIG, average=1.0)).load_state(without, facts)
