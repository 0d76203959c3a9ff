"""The study `gradients`: what reaches the first layer, by activation and depth."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import product

from flows.studies.claims.gradients import CLAIMS, deepest
from flows.studies.material import Material
from flows.studies.pictures import Line, curves
from flows.studies.results import Results
from flows.studies.study import Study
from flows.studies.training import (
    accuracy,
    activations,
    begin,
    gradient_norms,
    last_loss,
    losses,
    mlp,
)
from nn.arrays import Array

INITS = {"sigmoid": "xavier_fan_in", "tanh": "xavier_fan_in", "relu": "he_normal"}
NORMS = ("none", "before", "after")
RATE = 0.1
PROBE = 200  # training images that layers are watched with


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One training."""

    activation: str
    norm: str  # batch normalisation: none, before or after the activation
    depth: int  # hidden layers
    width: int
    steps: int
    seed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Row(Run):
    """What was seen of it: by layer, the first first, at the start and after the steps."""

    gradients: tuple[float, ...]  # |dloss/dweight|, the last that of the output
    gradients_after: tuple[float, ...]
    reach: float  # that of the first layer over that of the last
    reach_after: float
    spread: tuple[float, ...]  # standard deviation of the activations
    spread_after: tuple[float, ...]
    zeros: tuple[float, ...]  # share of the activations that are 0
    zeros_after: tuple[float, ...]
    loss: float  # nats, the mean of the last tenth of the steps
    accuracy: float  # on test images


def grid(*, quick: bool, seeds: int) -> list[Run]:
    """Every activation at every depth with every place of the normalisation."""
    depths, width, steps = ((2, 6), 40, 80) if quick else ((2, 5, 8), 100, 400)
    return [
        Run(activation=activation, norm=norm, depth=depth, width=width, steps=steps, seed=seed)
        for activation, norm, depth, seed in product(INITS, NORMS, depths, range(seeds))
    ]


def measure(run: Run, material: Material) -> Row:
    """Train one network, and watch its layers before and after."""
    widths = (run.width,) * run.depth
    init = INITS[run.activation]
    spec = mlp(widths, material.classes, activation=run.activation, init=init, norm=run.norm)
    everything = material.train(material.some(len(material.labels), 0))
    training = begin(spec, everything, seed=run.seed, steps=run.steps)
    model, probe = training.model, material.some(PROBE, run.seed)
    x, labels = material.x[probe], material.labels[probe]
    before, seen = gradient_norms(model, x, labels), _seen(activations(model, x))
    path = list(losses(training, run.steps, RATE))
    after, seen_after = gradient_norms(model, x, labels), _seen(activations(model, x))
    return Row(
        **asdict(run),
        gradients=before,
        gradients_after=after,
        reach=before[0] / before[-1],
        reach_after=after[0] / after[-1],
        spread=seen[0],
        spread_after=seen_after[0],
        zeros=seen[1],
        zeros_after=seen_after[1],
        loss=last_loss(path, run.steps),
        accuracy=accuracy(model, material.test_x, material.test_labels),
    )


def _seen(layers: Sequence[Array]) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Standard deviation and share of zeros, layer by layer."""
    return tuple(float(y.std()) for y in layers), tuple(float((y == 0).mean()) for y in layers)


def pictures(results: Results) -> Mapping[str, str]:
    """Gradients, spreads and zeros by layer, of the deepest networks."""
    deep = deepest(results)
    bare = deep.of(norm="none")

    def by_activation(measure: str) -> list[Line]:
        return [Line(name, bare.of(activation=name).values(measure).mean(axis=0)) for name in INITS]

    sigmoid = deep.of(activation="sigmoid")
    by_norm = [
        Line(
            {"none": "without"}.get(norm, f"{norm} the activation"),
            sigmoid.of(norm=norm).values("gradients").mean(axis=0),
        )
        for norm in NORMS
    ]
    return {
        "Gradient norms at the start": curves(
            by_activation("gradients"), x="layer", y="|dloss/dweight|", log=True
        ),
        "Gradient norms of sigmoid with batch normalisation": curves(
            by_norm, x="layer", y="|dloss/dweight|", log=True
        ),
        "Spread of activations at the start": curves(
            by_activation("spread"), x="layer", y="standard deviation"
        ),
        "Zeros after training": curves(by_activation("zeros_after"), x="layer", y="share of 0"),
    }


STUDY = Study(
    name="gradients",
    question="What reaches the first layer of a deep network?",
    explanation=(
        "A gradient passes the layers from the last to the first, and each multiplies it by the "
        "slope of its activation and by its weights. The slope of a sigmoid is a quarter at most, "
        "so that a few layers make of it almost nothing; that of ReLU is 1 for what is active. "
        "Batch normalisation brings each layer back to where its slope is largest."
    ),
    formula="dloss/dx = W^T (f'(x) * dloss/dy), layer by layer",
    run=Run,
    row=Row,
    grid=grid,
    measure=measure,
    tabled=("reach", "reach_after", "loss", "accuracy"),
    claims=CLAIMS,
    pictures=pictures,
)
