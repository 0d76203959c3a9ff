"""What is predicted of memory is what the layers then ask for, to the byte."""

from typing import Any

import numpy as np
import pytest

from nn.architecture import expand, presets
from nn.config import TrainConfig
from nn.layers import (
    ELU,
    AvgPool2d,
    BatchNorm,
    Conv2d,
    Dropout,
    Flatten,
    GlobalAvgPool2d,
    GlobalMaxPool2d,
    Linear,
    LocalResponseNorm,
    MaxPool2d,
    Pad2d,
    Residual,
    chain,
)
from nn.memory import bytes_an_image, to_predict, to_train
from nn.model import Sequential

N = 6  # images
MODELS = {
    **{name: expand(name, classes=4, width=0.2) for name in presets()},
    "of every layer": None,
}


def model_of(name: str) -> Sequential:
    """A model of MODELS, for images of 32 pixels."""
    spec = MODELS[name]
    model = Sequential.from_spec(spec) if spec else every_layer()
    model.build((32, 32, 3), np.random.default_rng(0))
    return model


def every_layer() -> Sequential:
    pools = [GlobalAvgPool2d(), Linear(8), BatchNorm(), Dropout(), Linear(4)]
    return Sequential(
        Pad2d([1, 0, 2, 1], mode="reflect"),
        Conv2d(6, [3, 5], stride=2, groups=3, bias=False),
        LocalResponseNorm(3),
        Residual([AvgPool2d(3, stride=1, padding=1), ELU()], shortcut=[Conv2d(6, 1)]),
        MaxPool2d(3, stride=2, ceil=True),
        Residual([GlobalMaxPool2d(), Linear(5)], shortcut=[Flatten(), Linear(5)]),
        *pools[1:],
    )


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("step", [None, 0])
def test_an_image_takes_the_bytes_that_were_predicted(name: str, step: Any) -> None:
    model = model_of(name)
    x = np.zeros((N, 32, 32, 3), np.float32)
    layers = [layer for _, layer in chain.walk(model.computed(step))]
    y = model.forward(x, step)
    if step is not None:
        model.backward(np.ones_like(y))
    asked = [flat for layer in layers for flat in layer.buffer._flat.values()]
    assert bytes_an_image(model_of(name), step=step) * N == x.nbytes + sum(a.nbytes for a in asked)


def test_a_larger_batch_takes_more_to_train_and_a_lighter_optimizer_less() -> None:
    def train(**settings: Any) -> int:
        return to_train(model_of("mlp"), TrainConfig(**settings))

    model = model_of("mlp")
    larger = train(batch_size=501) - train(batch_size=500)
    assert larger == bytes_an_image(model, step=0)
    assert train() - train(optimizer="sgd") == 6 * model.theta.nbytes  # m, v, twice saved
    assert to_predict(model_of("mlp")) < train()
