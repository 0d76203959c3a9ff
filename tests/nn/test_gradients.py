"""Every layer's gradients, and those of a whole network, against finite differences."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nn.architecture import expand, presets
from nn.arrays import Array, Shape
from nn.layers import (
    ELU,
    GELU,
    AvgPool2d,
    BatchNorm,
    Conv2d,
    Dropout,
    Flatten,
    GlobalAvgPool2d,
    GlobalMaxPool2d,
    Layer,
    LeakyReLU,
    Linear,
    LocalResponseNorm,
    MaxPool2d,
    Pad2d,
    ReLU,
    Residual,
    Sigmoid,
    Softplus,
    Tanh,
)
from nn.losses import mean_squared_error, softmax_cross_entropy
from nn.model import Sequential
from nn.ops.window import Size
from nn.shards import Shards
from tests.nn.gradients import check_gradients, slope

SHAPES = st.tuples(st.integers(1, 5), st.integers(5, 8), st.integers(5, 8), st.integers(1, 4))
PAIRS = st.one_of(st.integers(1, 3), st.lists(st.integers(1, 3), min_size=2, max_size=2))
BORDERS = st.one_of(st.integers(0, 3), st.lists(st.integers(0, 3), min_size=4, max_size=4))
anything = settings(max_examples=60, deadline=None, derandomize=True)
few = settings(max_examples=10, deadline=None, derandomize=True)


@anything
@given(
    kernel_size=PAIRS,
    stride=PAIRS,
    padding=BORDERS,
    dilation=st.integers(1, 2),
    groups=st.integers(1, 3),
    bias=st.booleans(),
    shape=SHAPES,
)
def test_convolution_of_any_shape(
    *,
    kernel_size: Size,
    stride: Size,
    padding: Size,
    dilation: Size,
    groups: int,
    bias: bool,
    shape: Shape,
) -> None:
    layer = Conv2d(
        2 * groups,
        kernel_size,
        stride=stride,
        padding=padding,
        dilation=dilation,
        groups=groups,
        bias=bias,
    )
    check_gradients(layer, (*shape[:3], groups * shape[3]))


@anything
@given(
    pool=st.sampled_from([MaxPool2d, AvgPool2d]),
    kernel_size=st.integers(2, 3),
    stride=st.one_of(st.just(0), PAIRS),
    padding=st.integers(0, 1),
    dilation=PAIRS,
    ceil=st.booleans(),
    shape=SHAPES,
)
def test_pooling_of_any_shape(
    *,
    pool: type[MaxPool2d | AvgPool2d],
    kernel_size: int,
    stride: Size,
    padding: int,
    dilation: Size,
    ceil: bool,
    shape: Shape,
) -> None:
    n, h, w, c = shape  # a dilated window of 3 spans up to 7 pixels
    layer = pool(kernel_size, stride=stride, padding=padding, dilation=dilation, ceil=ceil)
    check_gradients(layer, (n, h + 2, w + 2, c))


@pytest.mark.parametrize(
    "layer",
    [
        AvgPool2d(3, stride=2, padding=1, count_include_pad=False),
        BatchNorm(),
        Dropout(0.4),
        Dropout(0.0),
        ELU(0.7),
        Flatten(),
        GELU(),
        GlobalAvgPool2d(),
        GlobalMaxPool2d(),
        LeakyReLU(0.2),
        LocalResponseNorm(3, alpha=0.5),
        LocalResponseNorm(4, alpha=0.5, beta=0.6, k=2.0),
        Pad2d([2, 0, 1, 3]),
        Pad2d([2, 0, 1, 3], mode="reflect"),
        Pad2d([2, 0, 1, 3], mode="replicate"),
        ReLU(),
        Sigmoid(),
        Softplus(),
        Tanh(),
    ],
    ids=lambda layer: type(layer).__name__,
)
@few
@given(shape=SHAPES)
def test_layer_of_any_shape(layer: Layer, shape: Shape) -> None:
    check_gradients(layer, shape)


@pytest.mark.parametrize(
    "layer",
    [Linear(4), Linear(3, bias=False), BatchNorm(), Tanh()],
    ids=lambda layer: type(layer).__name__,
)
@few
@given(shape=st.tuples(st.integers(2, 7), st.integers(1, 6)))
def test_layer_of_vectors(layer: Layer, shape: Shape) -> None:
    check_gradients(layer, shape)


@anything
@given(stride=st.integers(1, 2), shape=SHAPES)
def test_residual_block(stride: int, shape: Shape) -> None:
    block = [Conv2d(4, 3, stride=stride, padding=1, bias=False), BatchNorm(), Tanh(), Conv2d(4, 1)]
    model = Sequential(
        Conv2d(4, 1),
        Residual([Tanh(), Conv2d(4, 3, padding=1)]),
        Residual(block, shortcut=[Conv2d(4, 1, stride=stride)]),
        Sigmoid(),
        GlobalAvgPool2d(),
    )
    check_model(model, shape)


def check_model(model: Sequential, shape: Shape, **loss_arguments: Any) -> None:
    """The slope of the loss along a random direction of all parameters, over shards and threads."""
    rng = np.random.default_rng(0)
    (classes,) = model.build(shape[1:], rng, np.float64)
    model.theta += 0.1 * rng.normal(size=model.theta.shape)
    model.use(Shards(4, threads=2))
    x, labels = rng.normal(size=shape), rng.integers(0, classes, shape[0])
    dlogits = np.empty((len(x), classes))

    def loss() -> float:
        logits = model.forward(x, step=3)
        return softmax_cross_entropy(logits, labels, out=dlogits, **loss_arguments)

    loss()
    model.backward(dlogits)
    grad, direction = model.grad.copy(), rng.normal(size=model.theta.shape)
    direction /= np.linalg.norm(direction)  # a longer step would cross kinks of ReLU
    expected = slope(loss, model.theta, direction)
    np.testing.assert_allclose((direction * grad).sum(), expected, rtol=1e-6, atol=1e-9)


@anything
@given(
    n=st.integers(1, 7),
    k=st.integers(2, 6),
    smoothing=st.sampled_from([0.0, 0.1, 1.0]),
    kind=st.sampled_from(["labels", "some ignored", "soft"]),
    weighted=st.booleans(),
)
def test_softmax_cross_entropy(
    *, n: int, k: int, smoothing: float, kind: str, weighted: bool
) -> None:
    rng = np.random.default_rng(0)
    logits = 3 * rng.normal(size=(n, k))
    labels: Array = rng.dirichlet(np.ones(k), n) if kind == "soft" else rng.integers(0, k, n)
    arguments: dict[str, Any] = {
        "smoothing": smoothing,
        "class_weights": rng.uniform(0.1, 3, k) if weighted else None,
        "ignore_index": 1 if kind == "some ignored" else None,
    }
    dlogits, direction = np.empty_like(logits), rng.normal(size=logits.shape)

    def loss() -> float:
        return softmax_cross_entropy(logits, labels, out=np.empty_like(logits), **arguments)

    softmax_cross_entropy(logits, labels, out=dlogits, **arguments)
    expected = slope(loss, logits, direction)
    np.testing.assert_allclose((direction * dlogits).sum(), expected, rtol=1e-6, atol=1e-9)


@anything
@given(shape=st.lists(st.integers(1, 5), min_size=1, max_size=4))
def test_mean_squared_error(shape: list[int]) -> None:
    rng = np.random.default_rng(0)
    y, target, direction = rng.normal(size=(3, *shape))
    dy = np.empty_like(y)
    mean_squared_error(y, target, out=dy)
    expected = slope(lambda: mean_squared_error(y, target, out=np.empty_like(y)), y, direction)
    np.testing.assert_allclose((direction * dy).sum(), expected, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("name", presets())
def test_every_preset(name: str) -> None:
    spec = expand(name, classes=4, width=1 if name in {"small", "reference"} else 0.1)
    check_model(Sequential.from_spec(spec), (5, 16, 16, 3), smoothing=0.1)


def test_a_network_of_every_layer_over_shards_and_threads() -> None:
    model = Sequential(
        Conv2d(6, 3, padding=1, bias=False),
        BatchNorm(),
        ReLU(),
        LocalResponseNorm(3, alpha=0.1),
        MaxPool2d(3, stride=2, ceil=True),
        Conv2d(6, [3, 1], groups=2, stride=[2, 1]),
        GELU(),
        AvgPool2d(2, stride=1),
        Flatten(),
        Linear(5),
        Softplus(),
        BatchNorm(),
        Dropout(0.3),
        Linear(4),
    )
    check_model(model, (9, 11, 12, 3), smoothing=0.1)
