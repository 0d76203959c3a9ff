"""The textbook's CNN, written plainly: what one writes after a course on deep learning.

It is right and in no hurry: the yardstick of what the care in our library is worth. Its forms are
two: float64, which NumPy computes in where nobody thinks of it and so do textbooks, and float32.
"""

import numpy as np
import numpy.typing as npt

from flows.bench.nn.cell import Cell
from flows.bench.nn.layout import flattened, images, kernel
from flows.bench.nn.models import model_of
from flows.bench.nn.terms import RATE
from flows.bench.nn.textbook_layers import (
    Affine,
    Arrays,
    BatchNorm,
    Convolution,
    Dropout,
    Layer,
    MaxPool,
    ReLU,
)
from flows.bench.nn.worker import Step
from nn.arrays import Array

IMAGE = (4, 4, 128)  # what the last pooling leaves: H, W, C


def train(cell: Cell, form: str) -> Step:
    """Forward, loss, backward and Adam."""
    model = model_of(cell.model)
    network, optimizer = Reference(model.built().state(), form), Adam()
    pixels, labels = model.batch(cell.batch)
    x = images(pixels).astype(form)

    def step() -> float:
        loss = network.gradients(x, labels)
        for name, layer in network.learning.items():
            optimizer.update(name, layer.params, layer.grads)
        optimizer.steps += 1
        return loss

    return step


def inference(cell: Cell, form: str) -> Step:
    """Logits of a batch."""
    network = Reference(model_of(cell.model).built().state(), form)
    x = images(model_of(cell.model).batch(cell.batch)[0]).astype(form)
    return lambda: network.forward(x, training=False)


class Reference:
    """The reference network, from our first weights."""

    def __init__(self, ours: Arrays, dtype: npt.DTypeLike, dropout: float = 0.5) -> None:
        state = {name: array.astype(dtype) for name, array in ours.items()}
        linear = flattened(state["linear1.weight"], IMAGE)
        self.layers: list[Layer] = [
            *(part for number in (1, 2, 3) for part in block(state[f"conv{number}.weight"])),
            Affine(linear, state["linear1.bias"]),
            ReLU(),
            Dropout(dropout),
            Affine(state["linear2.weight"], state["linear2.bias"]),
        ]
        self.learning = {str(i): layer for i, layer in enumerate(self.layers) if layer.params}

    def forward(self, x: Array, *, training: bool) -> Array:
        """(N, 3, 32, 32) -> (N, 10)."""
        for layer in self.layers:
            x = layer.forward(x, training=training)
        return x

    def gradients(self, x: Array, labels: Array) -> float:
        """The loss of a batch; its gradients are in the layers."""
        logits = self.forward(x, training=True)
        exps = np.exp(logits - logits.max(axis=1, keepdims=True))
        shares = exps / exps.sum(axis=1, keepdims=True)
        rows = np.arange(len(x))
        loss = float(-np.log(shares[rows, labels]).mean())
        shares[rows, labels] -= 1
        dy = shares / len(x)
        for layer in reversed(self.layers):
            dy = layer.backward(dy)
        return loss


def block(weight: Array) -> list[Layer]:
    """Convolution, normalisation, ReLU, pooling; the weight is ours."""
    return [
        Convolution(kernel(weight)),
        BatchNorm(weight.shape[-1], weight.dtype),
        ReLU(),
        MaxPool(),
    ]


class Adam:
    """An array after the other."""

    def __init__(self) -> None:
        self.steps = 1
        self.moments: dict[tuple[str, str], tuple[Array, Array]] = {}

    def update(self, name: str, params: Arrays, grads: Arrays) -> None:
        """Move the parameters of a layer."""
        for key, g in grads.items():
            zero = np.zeros_like(g)
            m, v = self.moments.get((name, key), (zero, zero))
            m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
            self.moments[name, key] = m, v
            mean, square = m / (1 - 0.9**self.steps), v / (1 - 0.999**self.steps)
            params[key] -= RATE * mean / (np.sqrt(square) + 1e-8)
