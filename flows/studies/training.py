"""The networks of studies, fully connected ones, and how they are trained: step by step."""

import math
from collections.abc import Iterator, Sequence
from itertools import count
from typing import Any

import numpy as np

from nn.architecture import Spec, Table
from nn.arrays import Array
from nn.config import TrainConfig
from nn.errors import DivergedError
from nn.layers import Linear
from nn.layers.activation import Activation
from nn.losses import softmax_cross_entropy
from nn.model import Sequential
from nn.ops.softmax import softmax
from nn.training.data import TrainData, epoch_batches
from nn.training.schedules import SCHEDULES
from nn.training.train import Training

ACTIVATIONS = {"sigmoid": "Sigmoid", "tanh": "Tanh", "relu": "ReLU"}
BATCH = 100


def mlp(
    widths: tuple[int, ...],
    classes: int,
    *,
    activation: str = "relu",
    init: str = "he_normal",
    norm: str = "none",
    dropout: float = 0.0,
) -> Spec:
    """Fully connected layers of these widths, and one for the classes.

    `norm` is a batch normalisation none, before or after each activation; dropout comes last.
    """
    layers: list[Table] = [{"layer": "Flatten"}]
    for width in widths:
        layers.append({"layer": "Linear", "out_features": width, "init": init})
        unit = [{"layer": ACTIVATIONS[activation]}]
        if norm != "none":
            unit.insert(0 if norm == "before" else 1, {"layer": "BatchNorm"})
        layers += unit
        if dropout:
            layers.append({"layer": "Dropout", "p": dropout})
    return (*layers, {"layer": "Linear", "out_features": classes, "init": init})


def begin(spec: Spec, data: TrainData, *, seed: int, steps: int, **settings: Any) -> Training:
    """A training of so many steps at its beginning, on one thread and without regularisation.

    `settings` are those of TrainConfig that differ.
    """
    plain: dict[str, Any] = {
        "optimizer": "sgd",
        "schedule": "constant",
        "weight_decay": 0.0,
        "label_smoothing": 0.0,
        "batch_size": BATCH,
        "shards": 1,
        "threads": 1,
        "seed": seed,
        "epochs": math.ceil(steps / math.ceil(len(data.labels) / BATCH)),
    }
    model = Sequential.from_spec(spec)
    model.build(data.images(np.arange(1), 1).shape[1:], np.random.default_rng(seed))
    return Training(TrainConfig(**plain | settings), model, data)


def losses(training: Training, steps: int, lr: float) -> Iterator[float]:
    """Train; the loss of each batch before its step. Ends early where that is no longer finite."""
    schedule = SCHEDULES[training.config.schedule]
    for step, batch in zip(range(steps), _batches(training), strict=False):
        try:
            loss, _ = training.learn(*batch, lr * schedule(step / max(steps - 1, 1)))
        except DivergedError:
            return
        yield loss


def last_loss(path: Sequence[float], steps: int) -> float:
    """The mean loss of the last tenth of the steps; NaN where training did not come so far."""
    part = path[-max(steps // 10, 1) :]
    return math.fsum(part) / len(part) if len(path) == steps else math.nan


def _batches(training: Training) -> Iterator[tuple[Array, Array, Array]]:
    config = training.config
    for epoch in count(1):
        yield from epoch_batches(
            training.data, size=config.batch_size, seed=config.seed, epoch=epoch
        )


def accuracy(model: Sequential, x: Array, labels: Array) -> float:
    """The share of images (N, H, W, C) whose label (N,) the model names."""
    return float((model.logits(x).argmax(axis=1) == labels).mean())


def probabilities(model: Sequential, x: Array, step: int | None = None) -> Array:
    """(N, H, W, C) -> (N, K); `step` picks the masks of dropout, none without it."""
    return softmax(model.forward(x, step))


def gradient_norms(model: Sequential, x: Array, labels: Array) -> tuple[float, ...]:
    """|dloss/dweight| of each fully connected layer, for one batch as in training."""
    logits = model.forward(x, 0)
    dlogits = np.empty_like(logits)
    softmax_cross_entropy(logits, labels, out=dlogits)
    model.backward(dlogits)
    return tuple(
        float(np.linalg.norm(layer.grads["weight"]))
        for _, layer in model.named_layers()
        if isinstance(layer, Linear)
    )


def activations(model: Sequential, x: Array) -> list[Array]:
    """What each activation function gives for one batch, as in training: (N, width) each."""
    model.forward(x, 0)
    layers = (layer for _, layer in model.named_layers())
    return [layer.y for layer in layers if isinstance(layer, Activation)]


def weights(model: Sequential) -> Array:
    """All weights as one vector, without biases and normalisations."""
    return model.theta[model.decay_mask() > 0]
