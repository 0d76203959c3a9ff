"""Averages of weights: which mean they are, and that a model has them only for a while."""

import numpy as np
import pytest

from nn.architecture import expand, presets
from nn.arrays import Array
from nn.errors import StateError
from nn.layers import BatchNorm, Conv2d, Dropout, Flatten, Linear, ReLU
from nn.model import Sequential
from nn.training.averaging import Average, averaged, measure_statistics

RNG = np.random.default_rng(0)
STEPS = RNG.normal(size=(20, 4))
BATCHES = [RNG.normal(2, 3, size=(n, 6, 6, 2)).astype(np.float32) for n in (8, 8, 7)]


def model() -> Sequential:
    built = Sequential(
        Conv2d(3, 3, padding=1, bias=False), BatchNorm(), ReLU(), Flatten(), Dropout(), Linear(2)
    )
    built.build((6, 6, 2), np.random.default_rng(0))
    return built


def mean_of(steps: Array, decay: float) -> Array:
    average = Average(steps[0], decay)
    for p in steps:
        average.add(p)
    return average.value


def test_without_decay_it_is_the_plain_mean() -> None:
    np.testing.assert_allclose(mean_of(STEPS, 1.0), STEPS.mean(axis=0))


@pytest.mark.parametrize("decay", [0.5, 0.9, 0.999])
def test_with_decay_every_step_counts_by_its_age_and_the_weights_add_up_to_one(
    decay: float,
) -> None:
    weights = decay ** np.arange(len(STEPS))[::-1]
    np.testing.assert_allclose(
        mean_of(STEPS, decay), np.average(STEPS, axis=0, weights=weights), rtol=1e-10
    )


@pytest.mark.parametrize("decay", [0.9, 1.0])
def test_the_first_of_a_mean_is_the_mean(decay: float) -> None:
    np.testing.assert_array_equal(mean_of(STEPS[:1], decay), STEPS[0])


def test_an_average_goes_on_from_its_state_with_the_same_bits() -> None:
    first, second = Average(STEPS[0], 0.9), Average(STEPS[0], 0.9)
    for p in STEPS[:7]:
        first.add(p)
    second.load_state({name: array.copy() for name, array in first.state().items()})
    for p in STEPS[7:]:
        second.add(p)
    np.testing.assert_array_equal(second.value, mean_of(STEPS, 0.9))


def test_the_average_of_another_model_is_refused() -> None:
    with pytest.raises(StateError, match="averaged weights do not fit"):
        Average(np.zeros(3), 1.0).load_state(Average(np.zeros(4), 1.0).state())
    with pytest.raises(StateError, match="averaged weights do not fit"):
        Average(np.zeros(3), 1.0).load_state({})


def test_statistics_measured_anew_are_the_means_of_those_of_the_batches() -> None:
    built = model()
    theta = built.theta.copy()
    for array in built.layers["norm1"].running.values():
        array[:] = 99  # what was there before does not count
    measure_statistics(built, BATCHES, step=0)
    activations = [built.layers["conv1"].forward(x).copy() for x in BATCHES]
    means = [a.mean(axis=(0, 1, 2)) for a in activations]
    variances = [a.var(axis=(0, 1, 2), ddof=1) for a in activations]
    running = built.layers["norm1"].running
    np.testing.assert_allclose(running["mean"], np.mean(means, axis=0), rtol=1e-5)
    np.testing.assert_allclose(running["var"], np.mean(variances, axis=0), rtol=1e-5)
    np.testing.assert_array_equal(built.theta, theta)
    assert vars(built.layers["norm1"])["momentum"] == 0.1


@pytest.mark.parametrize("name", presets())
def test_no_statistic_of_a_preset_is_forgotten(name: str) -> None:
    built = Sequential.from_spec(expand(name, classes=3))
    built.build((32, 32, 3), np.random.default_rng(0))
    for key, array in built.state().items():
        if ".running_" in key:
            array.fill(np.nan)
    measure_statistics(built, [RNG.normal(size=(4, 32, 32, 3)).astype(np.float32)], step=0)
    assert all(np.isfinite(array).all() for array in built.state().values())


def test_a_model_without_normalisation_asks_for_no_image() -> None:
    built = Sequential(Flatten(), Linear(2))
    built.build((6, 6, 2), np.random.default_rng(0))
    images = iter(BATCHES)
    measure_statistics(built, images, step=0)
    assert next(images) is BATCHES[0]


def test_a_model_is_the_average_for_a_while_and_then_itself_again() -> None:
    built = model()
    before = {name: array.copy() for name, array in built.state().items()}
    average = Average(built.theta, 1.0)
    average.add(built.theta + 1)
    with averaged(built, average, BATCHES):
        np.testing.assert_array_equal(built.theta, average.value)
        assert (built.state()["norm1.running_mean"] != before["norm1.running_mean"]).all()
    for name, array in built.state().items():
        np.testing.assert_array_equal(array, before[name], err_msg=name)


def test_the_mean_of_noisy_steps_is_nearer_to_the_goal_than_the_last_of_them() -> None:
    rng, p = np.random.default_rng(0), np.zeros(100)
    average = Average(p, 1.0)
    for _ in range(500):
        p -= 0.5 * (p + rng.normal(size=100))  # the goal is 0
        average.add(p)
    assert np.linalg.norm(average.value) < 0.2 * np.linalg.norm(p)
