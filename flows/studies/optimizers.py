"""The study `optimizers`: seven rules at many rates, on images and on three surfaces."""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from itertools import product

import numpy as np

from flows.studies.claims.optimizers import CLAIMS, best
from flows.studies.material import Material
from flows.studies.pictures import Line, curves, paths
from flows.studies.results import Results
from flows.studies.study import Study
from flows.studies.surfaces import SURFACES, arrival, walk
from flows.studies.training import accuracy, begin, last_loss, losses, mlp
from nn.arrays import Array
from nn.optim import OPTIMIZERS

RULES = tuple(OPTIMIZERS)
DECAY = 0.01  # of AdamW, which without any is Adam
DECADES = (1e-4, 1e-3, 1e-2, 1e-1, 1.0, 10.0)  # on images
BETWEEN = (3e-4, 3e-3, 3e-2, 0.3, 3.0)
PACES = (1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3, 1.0)  # on surfaces
SCHEDULES = ("constant", "cosine")
PATH = 120  # steps that are drawn


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One training on images, or the walks of many from one rule."""

    task: str  # images, valley, saddle or wells
    optimizer: str
    lr: float
    schedule: str  # constant, or falling to 0 along a cosine
    steps: int
    seed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Row(Run):
    """What was seen of it; NaN where the numbers did not stay finite."""

    naive: float  # nats, of equal probabilities: log K; on a surface the mean height of starts
    loss: float  # nats, the mean of the last tenth of the steps, or mean height at the end
    needed: float  # steps of the median walk to where it was to go; inf where it never came
    share: float  # of the walks that came there, of the test images that were named rightly
    curve: tuple[float, ...]  # loss in twentieths of the steps


def grid(*, quick: bool, seeds: int) -> list[Run]:
    """Every rule at every rate: on images with every schedule, on surfaces once for many walks."""
    steps, walk_steps = (80, 600) if quick else (400, 1500)
    rates = DECADES if quick else sorted(DECADES + BETWEEN)
    paces = PACES[2:6] if quick else PACES
    images = [
        Run(task="images", optimizer=rule, lr=lr, schedule=schedule, steps=steps, seed=seed)
        for rule, lr, schedule, seed in product(RULES, rates, SCHEDULES, range(seeds))
    ]
    walks = [
        Run(task=task, optimizer=rule, lr=lr, schedule="constant", steps=walk_steps, seed=0)
        for task, rule, lr in product(SURFACES, RULES, paces)
    ]
    return images + walks


def measure(run: Run, material: Material) -> Row:
    """Train on images, or walk."""
    return _train(run, material) if run.task == "images" else _walk(run)


def _train(run: Run, material: Material) -> Row:
    width = 40 if run.steps < 200 else 100
    everything = material.train(material.some(len(material.labels), 0))
    training = begin(
        mlp((width, width), material.classes),
        everything,
        seed=run.seed,
        steps=run.steps,
        optimizer=run.optimizer,
        schedule=run.schedule,
        weight_decay=DECAY if run.optimizer == "adamw" else 0.0,
    )
    path = list(losses(training, run.steps, run.lr))
    return Row(
        **asdict(run),
        naive=math.log(material.classes),
        loss=last_loss(path, run.steps),
        needed=math.nan,
        share=accuracy(training.model, material.test_x, material.test_labels),
        curve=_thinned(path, run.steps),
    )


def _thinned(path: list[float], steps: int) -> tuple[float, ...]:
    """Means of twentieths of the steps, as far as the path goes."""
    part = max(steps // 20, 1)
    return tuple(math.fsum(path[i : i + part]) / part for i in range(0, len(path) - part + 1, part))


def _walk(run: Run) -> Row:
    surface = SURFACES[run.task]
    starts = surface.starts(np.random.default_rng(run.seed))
    path = walk(surface, run.optimizer, run.lr, starts, run.steps)
    came = arrival(surface, path)
    return Row(
        **asdict(run),
        naive=float(surface.height(path[0]).mean()),
        loss=float(surface.height(path[-1]).mean()),
        needed=float(np.median(came)),
        share=float(np.isfinite(came).mean()),
        curve=(),
    )


def pictures(results: Results) -> Mapping[str, str]:
    """Loss over the rates and over the steps, and a path of each rule at its best rate."""
    images = results.of(task="images", schedule="constant")
    rates = np.array(images.each("lr"))
    over_rates = [
        Line(rule, _capped(images.of(optimizer=rule), rates), rates)
        for rule in images.each("optimizer")
    ]
    over_steps = [
        Line(rule, best(images.of(optimizer=rule)).values("curve").mean(axis=0))
        for rule in images.each("optimizer")
    ]
    return {
        "Loss after training, by learning rate (at most the loss of chance)": curves(
            over_rates, x="learning rate", y="loss (nats)", log_x=True
        ),
        "Loss of each at its best rate": curves(
            over_steps, x="twentieths of the steps", y="loss (nats)", log=True
        ),
        **{f"Paths: {task}": _paths(task, results.of(task=task)) for task in SURFACES},
    }


def _capped(results: Results, rates: Array) -> Array:
    """The mean loss at each rate, but no more than that of chance."""
    return np.array(
        [
            np.fmin(some.values("loss"), some.values("naive")).mean()
            for lr in rates
            if (some := results.of(lr=lr))
        ]
    )


def _paths(task: str, results: Results) -> str:
    surface = SURFACES[task]
    start = {"valley": [[-1.0, 1.0]], "saddle": [[-1.5, 1e-4]], "wells": [[1.9, 1.5]]}[task]
    lines = []
    for rule in RULES:
        lr = min(results.of(optimizer=rule).rows, key=lambda row: (row.needed, row.lr)).lr
        path = walk(surface, rule, lr, np.array(start), PATH)[:, 0]
        lines.append((f"{rule}, rate {lr:g}", path))
    return paths(surface.height, surface.window, lines)


STUDY = Study(
    name="optimizers",
    question="Which rule, and at which rate?",
    explanation=(
        "A step against the gradient goes down where the rate is below 2 over the curvature, and "
        "is slow where it is far below: in a valley no rate is right for both directions. "
        "Momentum sums up what steps have in common; AdaGrad, RMSProp and Adam divide by the size "
        "of past gradients, AdaGrad by all of them, the others by the latest. A rate that falls "
        "takes large steps first and lets the noise of batches settle at the end."
    ),
    formula="p <- p - lr g;  v <- mu v + g, p <- p - lr v;  p <- p - lr g / sqrt(h)",
    run=Run,
    row=Row,
    grid=grid,
    measure=measure,
    tabled=("loss", "needed", "share"),
    claims=CLAIMS,
    pictures=pictures,
)
