"""A network with its normalisations folded answers as it did before."""

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nn.architecture import Spec, expand, presets
from nn.arrays import Array, Shape
from nn.folding import fold
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
    Residual,
    Tanh,
)
from nn.model import Sequential

SIDE = 32


def lived_in(model: Sequential, shape: Shape, seed: int = 0) -> Sequential:
    """Built, with random weights, running statistics and affine maps."""
    rng = np.random.default_rng(seed)
    model.build(shape, rng)
    for _, layer in model.named_layers():
        if isinstance(layer, BatchNorm):
            layer.params["gamma"][...] = rng.normal(1, 0.3, layer.params["gamma"].shape)
            layer.params["beta"][...] = rng.normal(0, 0.3, layer.params["beta"].shape)
            layer.running["mean"][...] = rng.normal(0, 0.5, layer.running["mean"].shape)
            layer.running["var"][...] = rng.uniform(0.3, 3, layer.running["var"].shape)
    return model


def images(shape: Shape, n: int = 5) -> Array:
    return np.random.default_rng(1).normal(size=(n, *shape)).astype(np.float32)


def kinds(model: Sequential) -> list[str]:
    return [type(layer).__name__ for _, layer in model.named_layers()]


def assert_the_same_when_folded(model: Sequential) -> None:
    x = images(model.input_shape)
    before, shape = model.logits(x), model.output_shape
    fold(model)
    scale = max(1.0, float(np.abs(before).max()))
    np.testing.assert_allclose(model.logits(x) / scale, before / scale, rtol=0, atol=1e-5)
    assert model.output_shape == shape


def normalised(spec: Spec) -> Iterator[bool]:
    """For each normalisation of a list whether the layer before it can take it over."""
    for before, table in zip(({"layer": ""}, *spec), spec, strict=False):
        if table["layer"] == "BatchNorm":
            yield before["layer"] in {"Conv2d", "Linear"}
        for inner in ("layers", "shortcut"):
            yield from normalised(table.get(inner, ()))


@pytest.mark.parametrize("name", presets())
def test_every_preset_answers_the_same_when_folded(name: str) -> None:
    spec = expand(name, classes=5)
    model = lived_in(Sequential.from_spec(spec), (SIDE, SIDE, 3))
    assert_the_same_when_folded(model)
    assert kinds(model).count("BatchNorm") == list(normalised(spec)).count(False)


LAYERS: list[st.SearchStrategy[Layer]] = [
    st.builds(BatchNorm, eps=st.sampled_from([1e-5, 1e-2])),
    st.builds(ReLU),
    st.builds(Tanh),
    st.builds(Dropout, st.just(0.5)),
    st.builds(MaxPool2d, st.just(3), stride=st.just(1), padding=st.just(1)),
    st.builds(
        Conv2d,
        st.sampled_from([4, 8]),
        st.sampled_from([1, 3]),
        padding=st.just(1),
        groups=st.sampled_from([1, 2]),
        bias=st.booleans(),
    ),
]
CHAINS = st.lists(st.one_of(LAYERS), max_size=6)
BLOCKS = st.builds(
    lambda inner: Residual([*inner, Conv2d(4, 1), BatchNorm()], shortcut=[Conv2d(4, 1)]),
    st.lists(st.one_of(LAYERS[:5]), max_size=3),
)


@settings(max_examples=50, deadline=None)
@given(CHAINS, BLOCKS, CHAINS, st.sampled_from([Flatten, GlobalAvgPool2d]), st.integers(0, 99))
def test_random_lists_of_layers_answer_the_same_when_folded(
    first: list[Layer], block: Layer, last: list[Layer], gather: type[Layer], seed: int
) -> None:
    head = [gather(), Linear(6), BatchNorm(), Linear(3)]
    model = lived_in(Sequential(Conv2d(4, 3), *first, block, *last, *head), (7, 6, 3), seed)
    assert_the_same_when_folded(model)


def test_only_what_directly_follows_is_folded() -> None:
    """Between the two any layer may do what a normalisation does not pass over."""
    model = lived_in(
        Sequential(
            BatchNorm(),
            Conv2d(4, 3),
            BatchNorm(),
            BatchNorm(),
            ReLU(),
            BatchNorm(),
            Residual([Conv2d(4, 1), BatchNorm(), ReLU(), BatchNorm()]),
            BatchNorm(),
            Flatten(),
            Linear(2),
            BatchNorm(),
        ),
        (6, 6, 3),
    )
    assert_the_same_when_folded(model)
    expected = "BatchNorm Conv2d ReLU BatchNorm Residual Conv2d ReLU BatchNorm BatchNorm Flatten"
    assert kinds(model) == [*expected.split(), "Linear"]


def test_a_layer_without_bias_gets_one() -> None:
    model = lived_in(Sequential(Conv2d(4, 3, bias=False), BatchNorm(), Flatten()), (5, 5, 3))
    fold(model)
    assert [name for name, _ in model.named_params()] == ["conv1.weight", "conv1.bias"]
    assert model.theta.size == 3 * 3 * 3 * 4 + 4
