"""Operators made of ours against ONNX's reference implementation, over random shapes: to 1e-5."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nn.arrays import Array, Shape
from nn.layers import GELU
from tests.nn.operators import OPERATORS, applied
from tests.nn.reference import onnx, random

anything = settings(max_examples=60, deadline=None, derandomize=True)
few = settings(max_examples=10, deadline=None, derandomize=True)

SHAPES = st.tuples(st.integers(1, 3), st.integers(1, 4), st.integers(5, 9), st.integers(5, 9))
PAIRS = st.lists(st.integers(1, 3), min_size=2, max_size=2)
PADS = st.lists(st.integers(0, 1), min_size=4, max_size=4)
SIMPLE = ["Elu", "Flatten", "GlobalAveragePool", "GlobalMaxPool", "LeakyRelu", "LogSoftmax", "Relu"]
SIMPLE += ["Sigmoid", "Softmax", "Softplus", "Tanh"]
KERNELS = st.lists(st.integers(2, 3), min_size=2, max_size=2)
DILATIONS = st.lists(st.integers(1, 2), min_size=2, max_size=2)
SAME = st.sampled_from(["NOTSET", "SAME_UPPER", "SAME_LOWER"])


def agree(operator: str, *inputs: Array, **attributes: Any) -> None:
    """Ours and the reference make the same of the inputs, and float32 stays float32."""
    expected = onnx(operator, *inputs, **attributes)
    coded = {key: v.encode() if isinstance(v, str) else v for key, v in attributes.items()}
    found = next(iter(OPERATORS[operator](*(x.copy() for x in inputs), **coded)))
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-5)
    assert found.dtype == np.float32
    assert found.shape == expected.shape


@anything
@given(
    shape=SHAPES,
    kernel=PAIRS,
    strides=PAIRS,
    pads=st.lists(st.integers(0, 3), min_size=4, max_size=4),
    dilations=DILATIONS,
    groups=st.integers(1, 3),
)
def test_conv(
    *,
    shape: Shape,
    kernel: list[int],
    strides: list[int],
    pads: list[int],
    dilations: list[int],
    groups: int,
) -> None:
    n, c, h, w = shape
    x, weight = random(n, c * groups, h, w), random(2 * groups, c, *kernel, seed=1)
    agree(
        "Conv",
        x,
        weight,
        random(2 * groups, seed=2),
        kernel_shape=kernel,
        strides=strides,
        pads=pads,
        dilations=dilations,
        group=groups,
    )


@anything
@given(shape=SHAPES, kernel=PAIRS, strides=PAIRS, rule=SAME)
def test_conv_that_pads_by_itself(
    shape: Shape, kernel: list[int], strides: list[int], rule: str
) -> None:
    x, weight = random(*shape), random(2, shape[1], *kernel, seed=1)
    agree("Conv", x, weight, kernel_shape=kernel, strides=strides, auto_pad=rule)


@anything
@given(
    shape=SHAPES,
    kernel=KERNELS,
    strides=PAIRS,
    pads=PADS,
    dilations=DILATIONS,
    counted=st.integers(0, 1),
)
def test_average_pool(*, shape: Shape, **attributes: Any) -> None:
    agree(
        "AveragePool",
        random(*shape),
        kernel_shape=attributes.pop("kernel"),
        count_include_pad=attributes.pop("counted"),
        **attributes,
    )


@anything
@given(shape=SHAPES, kernel=KERNELS, pads=PADS, strides=PAIRS, dilations=DILATIONS)
def test_max_pool(*, shape: Shape, pads: list[int], **attributes: Any) -> None:
    """The reference confuses the sides of a border: it gets the image with its border."""
    attributes["kernel_shape"] = attributes.pop("kernel")
    top, left, bottom, right = pads
    x, edges = random(*shape) - 3, ((0, 0), (0, 0), (top, bottom), (left, right))
    bordered = np.pad(x, edges, constant_values=np.float32(-1e30))
    expected = onnx("MaxPool", bordered, **attributes)
    found = next(iter(OPERATORS["MaxPool"](x, pads=pads, **attributes)))
    np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize("operator", SIMPLE)
@few
@given(shape=SHAPES)
def test_operators_without_attributes(operator: str, shape: Shape) -> None:
    agree(operator, 5 * random(*shape))  # at 100 the reference overflows


@anything
@given(
    shape=SHAPES.map(lambda shape: (shape[1], *shape[1:])),
    size=st.sampled_from([1, 3, 5, 7]),
    alpha=st.floats(0, 2),
    beta=st.floats(0.1, 2),
    bias=st.floats(0.5, 3),
)
def test_local_response_normalisation(
    shape: Shape, size: int, alpha: float, beta: float, bias: float
) -> None:
    """The reference goes through as many channels as there are images: these are as many."""
    agree("LRN", random(*shape), size=size, alpha=alpha, beta=beta, bias=bias)


@anything
@given(shape=SHAPES, training=st.integers(0, 1))
def test_batch_normalisation(shape: Shape, training: int) -> None:
    c = shape[1]
    gamma, beta, mean, var = (random(c, seed=seed) for seed in range(1, 5))
    x = 2 + 3 * random(*shape)
    agree("BatchNormalization", x, gamma, beta, mean, np.abs(var) + 0.1, training_mode=training)


@anything
@given(
    n=st.integers(1, 6),
    k=st.integers(2, 5),
    reduction=st.sampled_from(["none", "sum", "mean"]),
    weighted=st.booleans(),
)
def test_losses(*, n: int, k: int, reduction: str, weighted: bool) -> None:
    labels = np.random.default_rng(0).integers(0, k, n)
    labels[0] = 0  # one at least that counts
    inputs = [10 * random(n, k), labels, *([np.abs(random(k, seed=2)) + 0.1] * weighted)]
    agree("SoftmaxCrossEntropyLoss", *inputs, reduction=reduction, ignore_index=1)


@pytest.mark.parametrize("scale", [1, 20])
def test_gelu(scale: int) -> None:
    x = scale * random(1000)
    found = applied(GELU(), x)
    np.testing.assert_allclose(found, onnx("Gelu", x), rtol=1e-5, atol=1e-6)
    assert found.dtype == np.float32
