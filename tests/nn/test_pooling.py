"""Pooling whose last window hangs over the end, place by place as PyTorch's manual has it.

(ONNX's reference moves such windows by half of what hangs over.)
"""

import math
from itertools import product

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from nn.arrays import Array, Shape
from nn.layers import AvgPool2d, MaxPool2d

Ranges = list[tuple[int, int]]  # starts and ends

SHAPES = st.tuples(st.integers(1, 2), st.integers(3, 9), st.integers(3, 9), st.integers(1, 3))


def places(size: int, kernel: int, stride: int, padding: int) -> Ranges:
    """Where each window starts and where it ends, at the end of the padding at the latest."""
    count = math.ceil((size + 2 * padding - kernel) / stride) + 1
    if (count - 1) * stride >= size + padding:
        count -= 1
    starts = [i * stride - padding for i in range(count)]
    return [(start, min(start + kernel, size + padding)) for start in starts]


def pooled(x: Array, rows: Ranges, columns: Ranges, kind: str) -> Array:
    n, h, w, c = x.shape
    y = np.empty((n, len(rows), len(columns), c))
    for (i, (top, bottom)), (j, (left, right)) in product(enumerate(rows), enumerate(columns)):
        inside = x[:, max(top, 0) : min(bottom, h), max(left, 0) : min(right, w)]
        if kind == "max":
            y[:, i, j] = inside.max(axis=(1, 2))
        else:
            whole = (bottom - top) * (right - left)
            count = whole if kind == "padding counts" else inside.shape[1] * inside.shape[2]
            y[:, i, j] = inside.sum(axis=(1, 2)) / count
    return y


@settings(max_examples=150, deadline=None, derandomize=True)
@given(
    shape=SHAPES,
    kernel=st.integers(2, 3),
    stride=st.integers(1, 4),
    padding=st.integers(0, 1),
    kind=st.sampled_from(["max", "padding counts", "padding does not count"]),
)
def test_a_window_that_hangs_over(
    shape: Shape, kernel: int, stride: int, padding: int, kind: str
) -> None:
    x = np.random.default_rng(0).normal(size=shape)
    layer: MaxPool2d | AvgPool2d
    if kind == "max":
        layer = MaxPool2d(kernel, stride=stride, padding=padding, ceil=True)
    else:
        layer = AvgPool2d(
            kernel,
            stride=stride,
            padding=padding,
            ceil=True,
            count_include_pad=kind == "padding counts",
        )
    layer.build(shape[1:], None, np.float64)
    rows, columns = (places(size, kernel, stride, padding) for size in shape[1:3])
    np.testing.assert_allclose(layer.forward(x), pooled(x, rows, columns, kind), rtol=1e-12)
