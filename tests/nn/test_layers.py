"""Layers: the conventions they follow beyond their gradients."""

import numpy as np
import pytest

from nn.errors import ArchitectureError
from nn.layers import BatchNorm, Conv2d, Dropout, GlobalAvgPool2d, Layer, Linear, MaxPool2d, ReLU
from nn.shards import Shards
from tests.nn.reference import channels_first, channels_last, onnx, random


def built(layer: Layer, shape: tuple[int, ...], shards: int = 4) -> Layer:
    layer.build(shape, np.random.default_rng(0), np.float32)
    layer.shards = Shards(shards)
    return layer


def test_a_convolution_adds_its_bias() -> None:
    layer = built(Conv2d(4, 3), (6, 6, 2))
    layer.params["bias"][:] = [1, 2, 3, 4]
    y = layer.forward(np.zeros((2, 6, 6, 2), np.float32))
    np.testing.assert_array_equal(y, np.tile([1, 2, 3, 4], (2, 4, 4, 1)))


def test_linear_is_the_gemm_of_onnx() -> None:
    layer = built(Linear(4), (6,))
    layer.params["bias"][:] = [1, 2, 3, 4]
    x = random(5, 6)
    expected = onnx("Gemm", x, layer.params["weight"], layer.params["bias"])
    np.testing.assert_allclose(layer.forward(x), expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(("layer", "operator"), [(ReLU(), "Relu"), (MaxPool2d(2), "MaxPool")])
def test_an_image_layer_is_that_of_onnx(layer: Layer, operator: str) -> None:
    x = random(5, 6, 8, 3)
    attributes = {"kernel_shape": [2, 2], "strides": [2, 2]} if operator == "MaxPool" else {}
    expected = channels_last(onnx(operator, channels_first(x), **attributes))
    np.testing.assert_array_equal(built(layer, x.shape[1:]).forward(x), expected)


def test_global_pooling_is_that_of_onnx() -> None:
    x = random(5, 6, 8, 3)
    expected = onnx("GlobalAveragePool", channels_first(x))[:, :, 0, 0]
    np.testing.assert_allclose(
        built(GlobalAvgPool2d(), x.shape[1:]).forward(x), expected, rtol=1e-5
    )


def test_batch_norm_outside_training_is_that_of_onnx() -> None:
    layer = built(BatchNorm(), (4, 3, 5))
    values = {name: random(5, seed=i) for i, name in enumerate(["gamma", "beta", "mean", "var"])}
    values["var"] = np.abs(values["var"])
    for name, value in values.items():
        (layer.params if name in layer.params else layer.running)[name][:] = value
    x = random(6, 4, 3, 5, seed=9)
    expected = channels_last(onnx("BatchNormalization", channels_first(x), *values.values()))
    np.testing.assert_allclose(layer.forward(x), expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("shape", [(10, 4, 3, 5), (10, 5)])
def test_batch_norm_in_training_gives_mean_0_and_variance_1_over_all_shards(
    shape: tuple[int, ...],
) -> None:
    layer = built(BatchNorm(), shape[1:])
    y = layer.forward(100 + 3 * random(*shape), step=0)
    axes = tuple(range(len(shape) - 1))
    np.testing.assert_allclose(y.mean(axis=axes), 0, atol=1e-5)
    np.testing.assert_allclose(y.var(axis=axes), 1, rtol=1e-4)


def test_running_statistics_move_by_momentum_to_the_unbiased_variance() -> None:
    layer = built(BatchNorm(momentum=0.25), (2,))
    x = random(8, 2)
    layer.forward(x, step=0)
    np.testing.assert_allclose(layer.running["mean"], 0.25 * x.mean(axis=0), rtol=1e-5)
    np.testing.assert_allclose(layer.running["var"], 0.75 + 0.25 * x.var(axis=0, ddof=1), rtol=1e-5)


def test_inference_leaves_running_statistics_alone() -> None:
    layer = built(BatchNorm(), (2,))
    layer.forward(random(8, 2))
    np.testing.assert_array_equal(layer.running["mean"], [0, 0])


def test_dropout_keeps_the_expected_value_and_silences_its_share() -> None:
    layer, x = built(Dropout(0.25), (1000,)), np.ones((100, 1000), np.float32)
    y = layer.forward(x, step=0)
    assert abs((y == 0).mean() - 0.25) < 0.01
    np.testing.assert_allclose(y[y > 0], 1 / 0.75)
    np.testing.assert_array_equal(layer.forward(x), x)


def test_dropout_masks_follow_the_step_and_nothing_else() -> None:
    x = np.ones((8, 50), np.float32)
    one, other = built(Dropout(0.5), (50,)), built(Dropout(0.5), (50,))
    other.shards = Shards(4, threads=2)
    for step in 0, 1, 2:
        other.forward(x, step=step)
    again = one.forward(x, step=2)
    np.testing.assert_array_equal(again, other.forward(x, step=2))
    assert (one.forward(x, step=3) != other.forward(x, step=2)).any()


def test_dropout_differs_between_shards_and_between_layers() -> None:
    rng = np.random.default_rng(0)
    layers = [Dropout(0.5), Dropout(0.5)]
    masks = []
    for layer in layers:
        layer.build((64,), rng, np.float32)
        layer.shards = Shards(2)
        masks += list(layer.forward(np.ones((2, 64), np.float32), step=0).copy())
    assert len({mask.tobytes() for mask in masks}) == 4


@pytest.mark.parametrize(
    ("layer", "shape"),
    [
        (Linear(3), (4, 4, 2)),
        (Conv2d(3, 3), (8,)),
        (Conv2d(3, 5), (4, 4, 2)),
        (MaxPool2d(3), (2, 2, 1)),
    ],
    ids=str,
)
def test_a_shape_that_does_not_fit_is_refused_when_the_layer_is_built(
    layer: Layer, shape: tuple[int, ...]
) -> None:
    with pytest.raises(ArchitectureError, match=r"takes|does not fit"):
        layer.build(shape, np.random.default_rng(0), np.float32)


@pytest.mark.parametrize("layer", [Conv2d(4, 3, padding=1), BatchNorm(), ReLU(), MaxPool2d(2)])
def test_float32_stays_float32(layer: Layer) -> None:
    y = built(layer, (6, 6, 3)).forward(random(5, 6, 6, 3), step=0)
    dx = layer.backward(np.ones_like(y))
    assert {y.dtype, dx.dtype, *(g.dtype for g in layer.grads.values())} == {np.dtype(np.float32)}
