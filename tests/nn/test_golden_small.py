"""Twenty training steps of the preset `small` equal to PyTorch's, by golden/make_small.py."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file

from nn.architecture import expand
from nn.arrays import Array
from nn.layers.layer import Layer
from nn.losses import softmax_cross_entropy
from nn.model import Sequential
from nn.optim import OPTIMIZERS
from nn.shards import Shards
from nn.training.schedules import one_cycle
from tests.nn.golden.material import (
    CLASSES,
    LR,
    SIZE,
    SMOOTHING,
    STEPS,
    WEIGHT_DECAY,
    kept,
    material,
)

GOLDEN = load_file(Path(__file__).parent / "golden" / "small.safetensors")


class Masked(Layer):
    """Dropout whose masks are given, one a step."""

    kind = "dropout"

    def __init__(self, masks: Array) -> None:
        super().__init__()
        self.masks = masks

    def forward(self, x: Array, step: int | None = None) -> Array:
        if step is None:
            return x
        self.mask: Array = self.masks[step]
        y: Array = x * self.mask
        return y

    def backward(self, dy: Array) -> Array:
        dy *= self.mask
        return dy


def small(first: dict[str, Array], masks: Array) -> Sequential:
    """The preset in float64, from the first weights of the material."""
    model = Sequential.from_spec(expand("small", classes=CLASSES))
    model.layers["dropout1"] = Masked(masks)
    model.build((SIZE, SIZE, 3), dtype=np.float64)
    model.use(Shards(4, threads=2))
    model.load_state(model.state() | first)
    return model


def train(model: Sequential, name: str, images: Array, labels: Array) -> Iterable[float]:
    """Train; yield the loss of every step."""
    optimizer = OPTIMIZERS[name](WEIGHT_DECAY * model.decay_mask())
    for step in range(STEPS):
        logits = model.forward(images[step], step)
        dlogits = np.empty_like(logits)
        yield softmax_cross_entropy(logits, labels[step], smoothing=SMOOTHING, out=dlogits)
        model.backward(dlogits)
        optimizer.step(model.theta, model.grad, LR * one_cycle(step / (STEPS - 1)))


@pytest.mark.parametrize("name", ["adamw", "nesterov"])
def test_twenty_steps_of_small_equal_those_of_pytorch(name: str) -> None:
    given = material()
    model = small(given.first, given.masks)
    losses = list(train(model, name, given.images, given.labels))
    np.testing.assert_allclose(losses, GOLDEN[f"{name}.losses"], rtol=1e-9)
    for key, array in model.state().items():
        expected = GOLDEN[f"{name}.last.{key}"]
        np.testing.assert_allclose(
            kept(key, array), expected, rtol=1e-7, atol=1e-9 * abs(expected).max(), err_msg=key
        )
    logits = model.logits(given.images[0])
    np.testing.assert_allclose(logits, GOLDEN[f"{name}.logits"], rtol=1e-8)
