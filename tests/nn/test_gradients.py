"""Every layer's gradients, and those of a whole network, against finite differences."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nn.arrays import Array
from nn.layers import (
    BatchNorm,
    Conv2d,
    Dropout,
    Flatten,
    GlobalAvgPool2d,
    Layer,
    Linear,
    MaxPool2d,
    ReLU,
)
from nn.losses import softmax_cross_entropy
from nn.model import Sequential
from nn.shards import Shards
from tests.nn.gradients import check_gradients, slope


@settings(max_examples=40, deadline=None, derandomize=True)
@given(
    kernel_size=st.integers(1, 5),
    stride=st.integers(1, 3),
    padding=st.integers(0, 5),
    bias=st.booleans(),
    shape=st.tuples(st.integers(1, 7), st.integers(5, 9), st.integers(5, 9), st.integers(1, 4)),
)
def test_convolution_of_any_shape(
    *, kernel_size: int, stride: int, padding: int, bias: bool, shape: tuple[int, ...]
) -> None:
    check_gradients(Conv2d(3, kernel_size, stride=stride, padding=padding, bias=bias), shape)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(
    kernel_size=st.integers(2, 4),
    stride=st.integers(0, 3),
    padding=st.integers(0, 1),
    shape=st.tuples(st.integers(1, 7), st.integers(4, 9), st.integers(4, 9), st.integers(1, 4)),
)
def test_max_pooling_of_any_shape(
    kernel_size: int, stride: int, padding: int, shape: tuple[int, ...]
) -> None:
    check_gradients(MaxPool2d(kernel_size, stride=stride, padding=padding), shape)


@pytest.mark.parametrize(
    ("layer", "shape"),
    [
        (BatchNorm(), (5, 4, 3, 6)),
        (BatchNorm(), (7, 6)),
        (ReLU(), (5, 4, 3, 6)),
        (GlobalAvgPool2d(), (5, 4, 3, 2)),
        (Flatten(), (5, 4, 3, 2)),
        (Linear(4), (5, 6)),
        (Linear(4, bias=False), (5, 6)),
        (Dropout(0.4), (5, 9)),
        (Dropout(0.0), (5, 9)),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Layer) else str(value),
)
def test_layer(layer: Layer, shape: tuple[int, ...]) -> None:
    check_gradients(layer, shape)


@pytest.mark.parametrize("soft", [False, True])
@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_softmax_cross_entropy(*, smoothing: float, soft: bool) -> None:
    rng = np.random.default_rng(0)
    logits = 3 * rng.normal(size=(6, 5))
    labels: Array = rng.dirichlet(np.ones(5), 6) if soft else rng.integers(0, 5, 6)
    dlogits, direction = np.empty_like(logits), rng.normal(size=logits.shape)

    def loss() -> float:
        return softmax_cross_entropy(logits, labels, smoothing=smoothing, out=np.empty_like(logits))

    softmax_cross_entropy(logits, labels, smoothing=smoothing, out=dlogits)
    expected = slope(loss, logits, direction)
    np.testing.assert_allclose((direction * dlogits).sum(), expected, rtol=1e-6)


def test_whole_network_over_shards_and_threads() -> None:
    rng = np.random.default_rng(0)
    model = Sequential(
        Conv2d(5, 3, padding=1, bias=False),
        BatchNorm(),
        ReLU(),
        MaxPool2d(2),
        Conv2d(6, 3, stride=2),
        BatchNorm(),
        ReLU(),
        Flatten(),
        Dropout(0.3),
        Linear(4),
    )
    model.build((11, 12, 3), rng, np.float64)
    model.use(Shards(4, threads=2))
    x, labels = rng.normal(size=(9, 11, 12, 3)), rng.integers(0, 4, 9)

    def loss() -> float:
        logits = model.forward(x, step=3)
        return softmax_cross_entropy(logits, labels, smoothing=0.1, out=dlogits)

    dlogits = np.empty((9, 4))
    loss()
    model.backward(dlogits)
    grad, direction = model.grad.copy(), rng.normal(size=model.theta.shape)
    expected = slope(loss, model.theta, direction)
    np.testing.assert_allclose((direction * grad).sum(), expected, rtol=1e-6)
