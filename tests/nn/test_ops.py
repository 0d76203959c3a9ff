"""Kernels against ONNX's reference implementation, and by the laws they must keep."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from nn.arrays import Array, Buffers
from nn.ops.convolution import col2im, conv2d, conv2d_dw, conv2d_dx, im2col
from nn.ops.normalization import channel_sums
from nn.ops.padding import add_pixels, reflected, replicated, take_pixels
from nn.ops.pooling import max_pool2d, max_pool2d_dx
from nn.ops.response import band
from nn.ops.softmax import softmax
from nn.ops.window import TILE_BYTES, Axis, Window, tiles
from tests.nn.reference import channels_first, channels_last, onnx, random

WINDOWS = [
    Window.of(1),
    Window.of(2, 2),
    Window.of(3, 1, 1),
    Window.of(3, 2, 1),
    Window.of(5, 1, 2),
    Window.of(4, 3),
    Window.of((3, 2), (1, 2), (0, 1, 2, 0)),
    Window.of((4, 3), 1, (3, 0, 1, 2)),
    Window.of(2, 1, (0, 1, 2, 0), dilation=2),
    Window.of(3, 1, 2, dilation=2),
    Window.of((2, 3), 2, 1, dilation=(3, 2)),
]
SHAPES = st.tuples(st.integers(1, 5), st.integers(5, 12), st.integers(5, 12), st.integers(1, 6))


def empty_output(x: Array, window: Window, channels: int) -> Array:
    n, h, w, _ = x.shape
    return np.empty((n, *window.output(h, w), channels), x.dtype)


def convolve(x: Array, w: Array, window: Window) -> Array:
    out = empty_output(x, window, w.shape[-1])
    return conv2d(x, w, window, out=out, scratch=Buffers())


def pool(x: Array, window: Window) -> Array:
    out = empty_output(x, window, x.shape[-1])
    return max_pool2d(x, window, out=out, scratch=Buffers())


@settings(max_examples=40, deadline=None, derandomize=True)
@given(shape=SHAPES, kernel=st.integers(1, 5), stride=st.integers(1, 3), padding=st.integers(0, 3))
def test_convolution_is_that_of_onnx(
    shape: tuple[int, ...], kernel: int, stride: int, padding: int
) -> None:
    x, w = random(*shape), random(kernel, kernel, shape[-1], 7, seed=1)
    y = convolve(x, w, Window.of(kernel, stride, padding))
    expected = onnx(
        "Conv",
        channels_first(x),
        np.ascontiguousarray(w.transpose(3, 2, 0, 1)),
        strides=[stride, stride],
        pads=[padding] * 4,
    )
    np.testing.assert_allclose(y, channels_last(expected), rtol=1e-5, atol=1e-5)
    assert y.dtype == np.float32


@settings(max_examples=40, deadline=None, derandomize=True)
@given(shape=SHAPES, kernel=st.integers(1, 4), stride=st.integers(1, 3), halves=st.integers(0, 2))
def test_max_pooling_is_that_of_onnx(
    shape: tuple[int, ...], kernel: int, stride: int, halves: int
) -> None:
    x, padding = -1 - np.abs(random(*shape)), min(halves, kernel // 2)  # zero padding would win
    y = pool(x, Window.of(kernel, stride, padding))
    expected = onnx(
        "MaxPool",
        channels_first(x),
        kernel_shape=[kernel, kernel],
        strides=[stride, stride],
        pads=[padding] * 4,
    )
    np.testing.assert_array_equal(y, channels_last(expected))


@pytest.mark.parametrize("window", [Window.of(2, 2), Window.of(3, 2, 1)])
def test_the_gradient_of_a_tie_goes_to_the_first_in_reading_order(window: Window) -> None:
    x = np.zeros((1, 4, 4, 1))
    y = pool(x, window)
    dx = max_pool2d_dx(x, y, np.ones_like(y), window, out=np.empty_like(x), scratch=Buffers())
    rows, columns = np.nonzero(dx[0, :, :, 0])
    first = [0, 2] if window.rows.kernel == 2 else [0, 1]
    assert sorted(set(rows)) == sorted(set(columns)) == first
    assert dx.sum() == y.size


def test_a_pixel_under_no_window_has_no_gradient() -> None:
    x = np.random.default_rng(0).normal(size=(2, 5, 7, 3))
    y = pool(x, Window.of(2, 2))
    out = np.full_like(x, np.nan)
    dx = max_pool2d_dx(x, y, np.ones_like(y), Window.of(2, 2), out=out, scratch=Buffers())
    assert not dx[:, 4].any()
    assert not dx[:, :, 6].any()


@pytest.mark.parametrize("window", WINDOWS, ids=str)
def test_col2im_is_the_adjoint_of_im2col(window: Window) -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(2, 9, 8, 3))
    down, right = ((size - a.span) // a.stride + 1 for size, a in zip((9, 8), window, strict=True))
    taps = window.rows.kernel * window.columns.kernel
    col = rng.normal(size=(2 * down * right, taps * 3))
    gathered = im2col(x, window, out=np.empty_like(col))
    scattered = col2im(col, window, out=np.empty_like(x))
    np.testing.assert_allclose((gathered * col).sum(), (x * scattered).sum())


@pytest.mark.parametrize("window", WINDOWS, ids=str)
def test_a_convolution_is_linear_in_both_arguments_with_the_right_adjoints(window: Window) -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(5, 9, 8, 3))
    w = rng.normal(size=(window.rows.kernel, window.columns.kernel, 3, 4))
    y = convolve(x, w, window)
    dy = rng.normal(size=y.shape)
    dx = conv2d_dx(dy, w, window, out=np.empty_like(x), scratch=Buffers())
    dw = conv2d_dw(x, dy, window, out=np.empty_like(w), scratch=Buffers())
    np.testing.assert_allclose((dx * x).sum(), (dy * y).sum())
    np.testing.assert_allclose((dw * w).sum(), (dy * y).sum())


def test_groups_are_convolutions_side_by_side() -> None:
    x, w, window = random(3, 6, 7, 6), random(3, 2, 3, 8, seed=1), Window.of((3, 2), 1, 1)
    halves = [
        convolve(x[..., i : i + 3].copy(), w[..., j : j + 4].copy(), window)
        for i, j in ((0, 0), (3, 4))
    ]
    np.testing.assert_array_equal(convolve(x, w, window), np.concatenate(halves, axis=-1))


@pytest.mark.parametrize("shown", [reflected, replicated])
def test_adding_pixels_is_the_adjoint_of_taking_them(
    shown: Callable[[int, int, int], Array],
) -> None:
    rng = np.random.default_rng(0)
    x, dy = rng.normal(size=(2, 5, 6, 3)), rng.normal(size=(2, 8, 11, 3))
    rows, columns = shown(5, 2, 1), shown(6, 0, 5)
    y = take_pixels(x, rows, columns, out=np.empty_like(dy), scratch=Buffers())
    dx = add_pixels(dy, rows, columns, out=np.empty_like(x), scratch=Buffers())
    np.testing.assert_allclose((y * dy).sum(), (x * dx).sum())


@settings(max_examples=500, deadline=None, derandomize=True)
@given(
    size=st.integers(1, 12),
    kernel=st.integers(1, 4),
    stride=st.integers(1, 4),
    before=st.integers(0, 3),
    after=st.integers(0, 3),
    dilation=st.integers(1, 3),
    ceil=st.booleans(),
)
def test_the_places_of_a_window_are_those_one_can_count(
    *, size: int, ceil: bool, **numbers: int
) -> None:
    axis = Axis(**numbers, ceil=ceil)
    assume(max(axis.before, axis.after) < axis.span)  # else a window may see nothing but padding
    end = size + axis.after
    starts = range(-axis.before, size + axis.before + axis.after + axis.span, axis.stride)
    whole = [s for s in starts if s + axis.span <= end]
    hanging = [s for s in starts if s < size and end < s + axis.span < end + axis.stride]
    places = (whole + hanging or [-axis.before]) if ceil else whole
    assert axis.output(size) == len(places)
    seen = [[s + i * axis.dilation for i in range(axis.kernel)] for s in places]
    inside = [sum(0 <= pixel < size for pixel in each) for each in seen]
    bordered = [sum(-axis.before <= pixel < end for pixel in each) for each in seen]
    assert axis.counts(size, padding=False).tolist() == inside
    assert axis.counts(size, padding=True).tolist() == bordered


def test_results_do_not_depend_on_what_buffers_held_before() -> None:
    scratch = Buffers()
    x, w, window = random(3, 8, 8, 4), random(3, 3, 4, 5), Window.of(3, 1, 1)
    first = conv2d(x, w, window, out=empty_output(x, window, 5), scratch=scratch).copy()
    big = random(6, 16, 16, 4) * np.float32(1e30)
    conv2d(big, w, window, out=empty_output(big, window, 5), scratch=scratch)
    again = conv2d(x, w, window, out=empty_output(x, window, 5), scratch=scratch)
    np.testing.assert_array_equal(first, again)


def test_a_convolution_over_many_tiles_equals_one_image_at_a_time() -> None:
    x, w, window = random(40, 32, 32, 8), random(3, 3, 8, 4), Window.of(3, 1, 1)
    together = convolve(x, w, window)
    apart = np.concatenate([convolve(image[None], w, window) for image in x])
    np.testing.assert_allclose(together, apart, rtol=1e-5, atol=1e-5)


def test_tiles_cover_every_image_once_and_fit_the_cache() -> None:
    parts = list(tiles(100, TILE_BYTES // 8))
    assert [i for part in parts for i in range(100)[part]] == list(range(100))
    assert max(part.stop - part.start for part in parts) <= 8


def test_an_image_larger_than_the_cache_is_a_tile_of_its_own() -> None:
    assert list(tiles(2, 1 << 30)) == [slice(0, 1), slice(1, 2)]


def test_softmax_is_that_of_onnx_and_never_overflows() -> None:
    x = random(6, 5)
    np.testing.assert_allclose(softmax(x), onnx("Softmax", x, axis=1), rtol=1e-5)
    np.testing.assert_array_equal(softmax(np.array([[1e4, -1e4]])), [[1, 0]])


@pytest.mark.parametrize(("size", "seen"), [(1, "2"), (2, "12"), (3, "123"), (4, "0123")])
def test_the_odd_neighbour_of_an_even_size_is_the_one_before(size: int, seen: str) -> None:
    """As in PyTorch, which pads size // 2 channels before and (size - 1) // 2 after."""
    near = band(6, size, np.float64)
    assert np.flatnonzero(near[:, 2]).tolist() == [int(channel) for channel in seen]


def test_channel_sums_add_up_every_channel() -> None:
    x = np.arange(24.0).reshape(2, 2, 2, 3)
    sums = channel_sums(x, out=np.empty(3))
    np.testing.assert_array_equal(sums, x.sum(axis=(0, 1, 2)))
