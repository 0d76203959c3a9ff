"""Fused blocks: what is computed as one equals the layers one by one, which are its oracle."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from nn.architecture import expand, presets
from nn.arrays import Array
from nn.fusion import minimal
from nn.fusion.direct import Direct
from nn.fusion.inference import InferenceBlock
from nn.fusion.minimal import Minimal
from nn.fusion.training import TrainingBlock
from nn.layers import (
    BatchNorm,
    Conv2d,
    Flatten,
    GlobalAvgPool2d,
    Layer,
    Linear,
    MaxPool2d,
    ReLU,
    Residual,
    Tanh,
)
from nn.model import Sequential
from nn.shards import Shards, one_blas_thread


def conv(d: int = 6, kernel: Any = 3, **options: Any) -> Conv2d:
    return Conv2d(d, kernel, **{"padding": 1, "bias": False, **options})


# Chains of layers, all but the last line of which become one block in training.
BLOCKS: dict[str, Sequence[Layer]] = {
    "a pooling of 2": [conv(), BatchNorm(), ReLU(), MaxPool2d(2)],
    "no pooling": [conv(), BatchNorm(), ReLU()],
    "no relu": [conv(), BatchNorm(), MaxPool2d(2)],
    "a normalisation alone": [conv(), BatchNorm()],
    "a pooling of 3": [conv(padding=0, kernel=4), BatchNorm(), ReLU(), MaxPool2d(3)],
    "a pooling of 1 x 2": [conv(), BatchNorm(), ReLU(), MaxPool2d([1, 2])],
    "a bias": [conv(bias=True), BatchNorm(), ReLU(), MaxPool2d(2)],
    "a stride": [conv(stride=2), BatchNorm(), ReLU()],
    "a pixel": [conv(kernel=1, padding=0), BatchNorm(), ReLU(), MaxPool2d(2)],
    "an uneven border": [conv(kernel=[3, 2], padding=[2, 0, 0, 1]), BatchNorm(), ReLU()],
    "a dilation": [conv(dilation=2, padding=2), BatchNorm(), ReLU(), MaxPool2d(2)],
    "a border wider than the kernel": [conv(padding=3), BatchNorm(), ReLU(), MaxPool2d(2)],
}


def built(layers: Sequence[Layer], size: int = 12) -> Sequential:
    """A model in float64 with normalisations of both signs, on two threads."""
    model = Sequential(*layers)
    rng = np.random.default_rng(0)
    model.build((size, size, 3), rng, np.float64)
    for _, p in model.named_params():
        p += 0.3 * rng.normal(size=p.shape)
    for name, p in model.named_params():
        if name.endswith("gamma"):
            p[::3] *= -1
    model.use(Shards(3, threads=2))
    return model


def learned(model: Sequential, x: Array) -> list[Array]:
    """Outputs, gradients and running statistics of one training step, copied."""
    rng = np.random.default_rng(1)
    with one_blas_thread():
        y = model.forward(x, 3).copy()
        model.backward(rng.normal(size=y.shape))
    running = [array.copy() for array in model.running().values()]
    for array in model.running().values():
        array.fill(0.5)
    return [y, model.grad.copy(), *running]


def images(n: int = 7, size: int = 12) -> Array:
    return np.random.default_rng(2).normal(size=(n, size, size, 3))


@pytest.fixture(params=[1, 10**6], ids=["fewest products", "patches"])
def _ways(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both ways to compute a block, wherever there is a choice."""
    monkeypatch.setattr(minimal, "CHANNELS", request.param)


@pytest.mark.usefixtures("_ways")
@pytest.mark.parametrize("name", BLOCKS)
def test_a_block_learns_what_its_layers_learn(name: str) -> None:
    head = [conv(4), BatchNorm(), ReLU(), GlobalAvgPool2d(), Linear(3)]
    model = built([Conv2d(3, 1), *BLOCKS[name], *head])
    kinds = [type(layer) for layer in model.computed(0).values()]
    assert kinds == [Conv2d, TrainingBlock, TrainingBlock, GlobalAvgPool2d, Linear]
    for array in model.running().values():
        array.fill(0.5)
    fused = learned(model, images())
    with model.layer_by_layer():
        alone = learned(model, images())
    for ours, expected in zip(fused, alone, strict=True):
        np.testing.assert_allclose(ours, expected, rtol=1e-9, atol=1e-11)


@pytest.mark.parametrize("name", BLOCKS)
def test_a_block_infers_what_its_layers_infer(name: str) -> None:
    model, x = built([*BLOCKS[name], Flatten(), Linear(3)]), images()
    learned(model, x)
    assert isinstance(next(iter(model.computed(None).values())), InferenceBlock)
    with model.layer_by_layer():
        expected = model.logits(x)
    np.testing.assert_allclose(model.logits(x), expected, rtol=1e-9, atol=1e-11)


@pytest.mark.usefixtures("_ways")
def test_the_first_of_equal_numbers_has_the_gradient_in_plain_pictures() -> None:
    layers = [*BLOCKS["a pooling of 2"], Flatten(), Linear(3)]
    model, x = built([Conv2d(3, 1), *layers]), images()
    x[:, 2:, 3:] = 1  # a white ground: most windows see four equal numbers
    fused = learned(model, x)
    with model.layer_by_layer():
        alone = learned(model, x)
    np.testing.assert_allclose(fused[1], alone[1], rtol=1e-9, atol=1e-11)


def test_blocks_stand_for_as_much_as_fits_and_for_nothing_else() -> None:
    model = built(
        [
            *[conv(), BatchNorm(), ReLU(), MaxPool2d(3, stride=2)],  # windows overlap
            *[conv(groups=2), BatchNorm(), Tanh()],  # groups
            *[conv(), Tanh(), BatchNorm()],  # something between
            *[conv(), ReLU()],
            Residual([conv(), BatchNorm(), ReLU(), conv(), BatchNorm()]),
            *[Tanh(), Residual([conv(), Residual([conv()]), ReLU()]), ReLU()],
            *[GlobalAvgPool2d(), Linear(3)],
        ]
    )
    training = {name: type(layer).__name__ for name, layer in model.computed(0).items()}
    assert training == {
        "conv1": "TrainingBlock",
        "pool1": "MaxPool2d",
        "conv2": "Conv2d",
        "norm2": "BatchNorm",
        "tanh1": "Tanh",
        "conv3": "Conv2d",
        "tanh2": "Tanh",
        "norm3": "BatchNorm",
        "conv4": "Conv2d",
        "relu2": "ReLU",
        "residual1": "Residual",
        "tanh3": "Tanh",
        "residual2": "Residual",
        "average1": "GlobalAvgPool2d",
        "linear1": "Linear",
    }
    within = model.computed(0)["residual1"].inner
    assert [type(layer) for layer in within.values()] == [TrainingBlock, TrainingBlock]
    assert list(model.computed(0)["residual2"].inner) == ["conv1", "residual1"]
    assert isinstance(model.computed(None)["conv4"], InferenceBlock)


def test_convolutions_of_many_channels_are_computed_by_the_fewest_products() -> None:
    model = Sequential.from_spec(expand("reference", classes=4))
    model.build((32, 32, 3))
    blocks = [layer for layer in model.computed(0).values() if isinstance(layer, TrainingBlock)]
    assert [type(block.product) for block in blocks] == [Direct, Minimal, Minimal]


@pytest.mark.parametrize("name", presets())
def test_every_preset_learns_and_infers_as_its_layers_do(name: str) -> None:
    model = Sequential.from_spec(expand(name, classes=4, width=0.1))
    model.build((32, 32, 3), np.random.default_rng(0), np.float64)
    x = images(n=5, size=32)
    fused = [*learned(model, x), model.logits(x)]
    with model.layer_by_layer():
        for array in model.running().values():
            array.fill(0.5)
        alone = [*learned(model, x), model.logits(x)]
    for ours, expected in zip(fused[:2], alone[:2], strict=True):
        np.testing.assert_allclose(ours, expected, rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(fused[-1], alone[-1], rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("name", presets())
def test_an_image_has_the_same_logits_alone_and_among_others(name: str) -> None:
    """Within rounding: how a matrix product adds up depends on how many rows it has."""
    model = Sequential.from_spec(expand(name, classes=4, width=0.2))
    model.build((32, 32, 3), np.random.default_rng(0))
    x = images(n=37, size=32).astype(np.float32)
    logits = model.logits(x)
    for count in 1, 2, 7, 8, 9:
        np.testing.assert_allclose(model.logits(x[-count:]), logits[-count:], rtol=1e-4, atol=1e-5)
