"""The study `initialisation`: whether a signal survives the layers of a fresh network."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from itertools import product
from math import log

import numpy as np

from flows.studies.claims.initialisation import CLAIMS
from flows.studies.material import Material
from flows.studies.pictures import Line, curves
from flows.studies.results import Results
from flows.studies.study import Study
from flows.studies.training import (
    ACTIVATIONS,
    accuracy,
    activations,
    begin,
    last_loss,
    losses,
    mlp,
)
from nn.arrays import Array

INITS = ("zeros", "normal(0.01)", "normal(1)", "xavier_fan_in", "xavier_normal", "he_normal")
DEPTH = 5
RATE = 0.1
PROBE = 500  # training images that activations are measured with
EDGE = 0.02  # of the range of a sigmoid or tanh: there it is saturated


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One training."""

    init: str
    activation: str
    width: int  # of each of the hidden layers
    steps: int
    seed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Row(Run):
    """What was seen of it."""

    spread: tuple[float, ...]  # standard deviation of the activations at the start, by layer
    saturated: tuple[float, ...]  # share of them at an end of the range, of ReLU at 0
    carried: float  # spread of the last hidden layer over that of the first; 0 of 0
    loss: float  # nats, the mean of the last tenth of the steps
    chance: float  # that of equal probabilities for all classes: log K
    accuracy: float  # on test images


def grid(*, quick: bool, seeds: int) -> list[Run]:
    """Every initialiser with every activation and size."""
    widths, steps = ((40,), 120) if quick else ((50, 100, 200), 300)
    return [
        Run(init=init, activation=activation, width=width, steps=steps, seed=seed)
        for init, activation, width, seed in product(INITS, ACTIVATIONS, widths, range(seeds))
    ]


def measure(run: Run, material: Material) -> Row:
    """Look at the activations of a fresh network, then train it."""
    widths = (run.width,) * DEPTH
    spec = mlp(widths, material.classes, activation=run.activation, init=run.init)
    everything = material.train(material.some(len(material.labels), 0))
    training = begin(spec, everything, seed=run.seed, steps=run.steps)
    layers = activations(training.model, material.x[material.some(PROBE, run.seed)])
    spread = tuple(float(y.std()) for y in layers)
    saturated = tuple(_saturated(y, run.activation) for y in layers)
    path = list(losses(training, run.steps, RATE))
    return Row(
        **asdict(run),
        spread=spread,
        saturated=saturated,
        carried=spread[-1] / spread[0] if spread[0] > 0 else 0.0,
        loss=last_loss(path, run.steps),
        chance=log(material.classes),
        accuracy=accuracy(training.model, material.test_x, material.test_labels),
    )


def _saturated(y: Array, activation: str) -> float:
    low = {"sigmoid": 0.0, "tanh": -1.0, "relu": 0.0}[activation]
    edge = {"sigmoid": EDGE, "tanh": 2 * EDGE, "relu": 0.0}[activation]
    high = np.inf if activation == "relu" else 1.0
    return float(((y <= low + edge) | (y >= high - edge)).mean())


def pictures(results: Results) -> Mapping[str, str]:
    """The spread of activations by layer, a picture an activation, in the widest networks."""
    wide = results.of(width=max(results.each("width")))
    return {
        f"Spread of activations at the start: {name}": curves(
            [
                Line(init, wide.of(activation=name, init=init).values("spread").mean(axis=0))
                for init in INITS
            ],
            x="layer",
            y="standard deviation",
        )
        for name in ACTIVATIONS
    }


STUDY = Study(
    name="initialisation",
    question="Does a signal survive the layers of a fresh network?",
    explanation=(
        "A layer multiplies the spread of its input by sqrt(n) std(W). With weights that are too "
        "small the numbers of a deep network are all alike after a few layers, with weights that "
        "are too large they lie at the ends of the activation, where its slope is 0. Weights of a "
        "deviation of 1 / sqrt(n) keep the spread of a linear layer; ReLU halves the mean square, "
        "which a factor of 2 restores."
    ),
    formula="std(y) = sqrt(n) std(W) std(x)",
    run=Run,
    row=Row,
    grid=grid,
    measure=measure,
    tabled=("carried", "loss", "accuracy"),
    claims=CLAIMS,
    pictures=pictures,
)
