"""The model: flat vectors, state by name, and inference that no neighbour disturbs."""

import statistics
import tracemalloc
from collections.abc import Callable

import numpy as np
import pytest

from nn.architecture import expand
from nn.errors import StateError
from nn.layers import (
    GELU,
    AvgPool2d,
    BatchNorm,
    Conv2d,
    Dropout,
    Flatten,
    GlobalAvgPool2d,
    GlobalMaxPool2d,
    LeakyReLU,
    Linear,
    LocalResponseNorm,
    MaxPool2d,
    Pad2d,
    ReLU,
    Residual,
)
from nn.model import Sequential
from nn.shards import Shards, one_blas_thread
from tests.nn.reference import random


def small(seed: int | None = 0) -> Sequential:
    model = Sequential.from_spec(expand("small", classes=5))
    model.build((32, 32, 3), None if seed is None else np.random.default_rng(seed))
    return model


def blocks() -> Sequential:
    """A model with what `small` lacks, layers within layers above all."""
    block = [
        Conv2d(8, 3, padding=1, bias=False),
        BatchNorm(),
        GELU(),
        Conv2d(8, [3, 1], padding=[1, 0]),
    ]
    model = Sequential(
        Conv2d(8, 3, stride=2, groups=1),
        LocalResponseNorm(5),
        AvgPool2d(3, stride=2, ceil=True),
        Residual(block),
        Residual([Conv2d(16, 3, groups=4, padding=1)], shortcut=[Conv2d(16, 1)]),
        LeakyReLU(),
        Pad2d(1, mode="reflect"),
        MaxPool2d(3, stride=2, padding=1),
        GlobalMaxPool2d(),
        Dropout(0.2),
        Linear(5),
    )
    model.build((32, 32, 3), np.random.default_rng(0))
    return model


def test_parameters_and_gradients_are_views_of_two_flat_vectors() -> None:
    model = small()
    model.theta[:] = np.arange(model.theta.size)
    params = dict(model.named_params())
    assert np.concatenate([p.ravel() for p in params.values()]).tolist() == model.theta.tolist()
    model.grad[:] = 7
    assert all((g == 7).all() for layer in model.layers.values() for g in layer.grads.values())


def test_layers_are_named_by_kind_and_number() -> None:
    model = Sequential(Conv2d(2, 3), ReLU(), Conv2d(2, 3), Flatten(), Linear(2))
    assert list(model.layers) == ["conv1", "relu1", "conv2", "flatten1", "linear1"]


def test_an_image_has_the_same_logits_alone_and_among_others() -> None:
    model = small()
    x = random(2 * model.block + 5, 32, 32, 3)
    logits = model.logits(x)
    order = np.random.default_rng(0).permutation(len(x))
    np.testing.assert_allclose(model.logits(x[order]), logits[order], rtol=1e-5, atol=1e-5)
    for i in 0, 1, model.block, len(x) - 1:
        alone = model.logits(x[i : i + 1])
        np.testing.assert_allclose(alone, logits[i : i + 1], rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize(
    ("name", "side", "images"), [("reference", 32, 128), ("small", 64, 32), ("deep", 64, 32)]
)
def test_images_that_take_little_are_computed_many_at_once(
    name: str, side: int, images: int
) -> None:
    model = Sequential.from_spec(expand(name, classes=12))
    model.build((side, side, 3), np.random.default_rng(0))
    assert model.block == images


@pytest.mark.parametrize("shards", [Shards(4, 1), Shards(4, 2), Shards(4, 4)])
def test_logits_are_the_same_for_any_threads(shards: Shards) -> None:
    model, x = small(), random(40, 32, 32, 3)
    expected = model.logits(x)
    model.use(shards)
    np.testing.assert_array_equal(model.logits(x), expected)


@pytest.mark.parametrize("shards", [Shards(2, 2), Shards(8)])
def test_logits_are_the_same_within_rounding_for_any_shards(shards: Shards) -> None:
    model, x = small(), random(40, 32, 32, 3)
    expected = model.logits(x)
    model.use(shards)
    np.testing.assert_allclose(model.logits(x), expected, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("threads", [2, 4])
@pytest.mark.parametrize("make", [small, blocks])
def test_gradients_and_running_statistics_have_the_same_bits_for_any_threads(
    threads: int, make: Callable[[], Sequential]
) -> None:
    x, dlogits, models = random(37, 32, 32, 3), random(37, 5, seed=1), [make(), make()]
    for model, number in zip(models, (1, threads), strict=True):
        model.use(Shards(4, number))
        with one_blas_thread():
            model.forward(x, step=7)
            model.backward(dlogits.copy())
    np.testing.assert_array_equal(models[0].grad, models[1].grad)
    for name, array in models[0].state().items():
        np.testing.assert_array_equal(array, models[1].state()[name], err_msg=name)


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("make", [small, blocks])
def test_a_training_step_allocates_nothing_large(
    make: Callable[[], Sequential], threads: int
) -> None:
    model, x = make(), random(64, 32, 32, 3)
    model.use(Shards(4, threads))
    dlogits = random(64, 5, seed=1)
    peaks = []
    with one_blas_thread():
        for step in range(3 if threads == 1 else 10):
            tracemalloc.start()
            model.forward(x, step)
            model.backward(dlogits.copy())
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
    assert peaks[0] > 5_000_000  # buffers, once
    # One of two threads may meet a job in a later step for the first time, and takes scratch then.
    later = max(peaks[1:]) if threads == 1 else statistics.median(peaks[1:])
    assert later < 500_000  # vectors of channels, repeated


def test_a_block_that_learns_is_where_the_way_back_ends() -> None:
    model = Sequential(ReLU(), Residual([Conv2d(3, 1)]), Conv2d(2, 1), GlobalAvgPool2d())
    model.build((4, 4, 3), np.random.default_rng(0))
    assert [layer.needs_dx for layer in model.layers.values()] == [False, False, True, True]
    model.backward(model.forward(random(2, 4, 4, 3), 0).copy())
    assert all(grad.any() for _, layer in model.named_layers() for grad in layer.grads.values())


def test_no_images_have_no_logits() -> None:
    assert small().logits(np.empty((0, 32, 32, 3), np.float32)).shape == (0, 5)


def test_logits_are_not_overwritten_by_the_next_call() -> None:
    model = small()
    first = model.logits(random(3, 32, 32, 3))
    kept = first.copy()
    model.logits(random(3, 32, 32, 3, seed=1))
    np.testing.assert_array_equal(first, kept)


def test_a_state_makes_another_model_equal() -> None:
    model, other, x = small(), small(None), random(4, 32, 32, 3)
    model.forward(x, step=0)  # moves the running statistics
    other.load_state(model.state())
    np.testing.assert_array_equal(model.logits(x), other.logits(x))
    assert "norm1.running_mean" in model.state()
    assert "conv1.weight" in model.state()


@pytest.mark.parametrize("change", ["missing", "surplus", "shape"])
def test_a_state_that_does_not_fit_is_refused_and_changes_nothing(change: str) -> None:
    model = small()
    state, before = dict(small(1).state()), model.theta.copy()
    if change == "missing":
        del state["linear1.bias"]
    elif change == "surplus":
        state["linear2.bias"] = np.zeros(3)
    else:
        state["linear1.bias"] = np.zeros(6)
    with pytest.raises(StateError, match=r"linear\d\.bias"):
        model.load_state(state)
    np.testing.assert_array_equal(model.theta, before)


def test_only_weights_decay() -> None:
    model = small()
    model.theta[:] = model.decay_mask()
    decayed = {name for name, p in model.named_params() if p.any()}
    assert decayed == {
        "conv1.weight",
        "conv2.weight",
        "conv3.weight",
        "conv4.weight",
        "linear1.weight",
    } & {name for name, _ in model.named_params()}


def test_the_summary_adds_up() -> None:
    model = small()
    rows = model.summary()
    assert sum(row.parameters for row in rows) == model.theta.size
    assert rows[0].layer == "Conv2d"
    assert rows[-1].shape == (5,)


@pytest.mark.parametrize(
    ("name", "size", "classes", "multiply_adds"),
    [
        ("resnet20", 32, 10, 40_813_184),  # 40.81 M in the tables of the field
        ("resnet8", 32, 10, 12_501_632),  # 12.5 M
        ("alexnet", 227, 1000, 724_406_816),  # 724 M
        ("mlp", 8, 3, 192 * 256 + 256 * 256 + 256 * 3),
    ],
)
def test_arithmetic_is_counted_as_it_was_published(
    name: str, size: int, classes: int, multiply_adds: int
) -> None:
    model = Sequential.from_spec(expand(name, classes=classes))
    model.build((size, size, 3))
    assert sum(row.multiply_adds for row in model.summary()) == multiply_adds


def test_the_same_generator_gives_the_same_first_weights() -> None:
    np.testing.assert_array_equal(small(3).theta, small(3).theta)
    assert (small(3).theta != small(4).theta).any()
    assert not dict(small(None).named_params())["conv1.weight"].any()


def test_he_normal_keeps_the_spread_of_activations_from_layer_to_layer() -> None:
    layers = [layer for _ in range(6) for layer in (Linear(400), ReLU())]
    model = Sequential(*layers)
    model.build((400,), np.random.default_rng(0))
    y = model.forward(random(200, 400))
    assert 0.7 < np.square(y).mean() < 1.4
