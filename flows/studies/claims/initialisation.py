"""What the course says of first weights, judged by `initialisation`."""

import numpy as np

from flows.studies.margins import apart, gained
from flows.studies.results import Results, mean
from flows.studies.study import Case, Claim
from flows.studies.training import ACTIVATIONS
from nn.arrays import Array

MADE_FOR = {"sigmoid": "xavier_fan_in", "tanh": "xavier_fan_in", "relu": "he_normal"}
RIVALS = ("zeros", "normal(0.01)", "normal(1)")
WORST = 1e3  # nats: a loss that is no number any more counts as much


def _losses(results: Results) -> Array:
    return np.nan_to_num(results.values("loss"), nan=WORST).clip(max=WORST)


def _told(results: Results) -> str:
    return str(mean(results.values("loss")))


def _learned(results: Results) -> bool:
    """Whether every seed is below nine tenths of the loss of equal probabilities."""
    return bool((_losses(results) < 0.9 * results.values("chance")).all())


def _zeros(results: Results) -> list[Case]:
    zeros = results.of(init="zeros")
    return [
        Case(
            name,
            bool((_losses(some) > 0.9 * some.values("chance")).all()),
            f"loss {_told(some)}, {some.rows[0].chance:.3g} at chance",
        )
        for name in ACTIVATIONS
        if (some := zeros.of(activation=name))
    ]


def _small(results: Results) -> list[Case]:
    small = results.of(init="normal(0.01)")
    return [
        Case(
            name,
            float(spread[:, -1].max()) < 0.02,
            f"spread {mean(spread[:, 0])} in the first layer, {mean(spread[:, -1])} in the last",
        )
        for name in ACTIVATIONS
        if len(spread := small.of(activation=name).values("spread"))
    ]


def _large(results: Results) -> list[Case]:
    cases = []
    for name in ("sigmoid", "tanh"):
        some = results.of(activation=name)
        large, best = (
            some.of(init=init).values("saturated").mean(axis=1)
            for init in ("normal(1)", MADE_FOR[name])
        )
        figure = f"at an end {mean(large)}, with 1 / sqrt(n) {mean(best)}"
        cases.append(Case(name, apart(best, large, 3), figure))
    return cases


def _best(results: Results, activation: str) -> list[Case]:
    """Whether the initialiser made for an activation learns, better than its rivals, by size."""
    cases = []
    for width in results.each("width"):
        some = results.of(activation=activation, width=width)
        own = some.of(init=MADE_FOR[activation])
        rivals = [some.of(init=init) for init in RIVALS]
        cases.append(
            Case(
                f"{activation}, width {width}",
                _learned(own) and all(gained(_losses(own), _losses(rival)) for rival in rivals),
                f"loss {_told(own)}, with N(0, 0.01²) {_told(rivals[1])}, "
                f"with N(0, 1) {_told(rivals[2])}",
            )
        )
    return cases


def _xavier(results: Results) -> list[Case]:
    return _best(results, "sigmoid") + _best(results, "tanh")


def _he(results: Results) -> list[Case]:
    return _best(results, "relu")


def _kept_by_he(results: Results) -> list[Case]:
    cases = []
    for width in results.each("width"):
        relu = results.of(activation="relu", width=width)
        he, xavier = (relu.of(init=i).values("carried") for i in ("he_normal", "xavier_fan_in"))
        figure = f"spread of the last over the first layer {mean(he)}, with 1 / sqrt(n) "
        figure += str(mean(xavier))
        cases.append(Case(f"width {width}", bool((he > 2 * xavier).all()), figure))
    return cases


CLAIMS = (
    Claim(
        text="Zero weights do not learn.",
        formula="dloss/dW = x^T dy, dx = dy W^T: 0, or the same for all units",
        rule="after training the loss is still above 0.9 log K with every seed",
        cases=_zeros,
    ),
    Claim(
        text="Small weights, N(0, 0.01²), let activations die out.",
        formula="std(y) = sqrt(n) std(W) std(x), a layer",
        rule="the activations of the last hidden layer spread by less than 0.02 with every seed",
        cases=_small,
    ),
    Claim(
        text="Large weights, N(0, 1), saturate sigmoid and tanh.",
        formula="std(y) = sqrt(n) std(W) std(x), a layer",
        rule="three times as many activations lie within a fiftieth of the range of an end as "
        "with 1 / sqrt(n), for any two seeds",
        cases=_large,
    ),
    Claim(
        text="Xavier's weights are right for sigmoid and tanh.",
        formula="std(W) = 1 / sqrt(n)",
        rule="five layers learn (loss below 0.9 log K) with every seed, and better than with "
        "zeros, N(0, 0.01²) and N(0, 1) by more than two standard errors",
        cases=_xavier,
    ),
    Claim(
        text="He's weights are right for ReLU.",
        formula="std(W) = sqrt(2 / n)",
        rule="the same",
        cases=_he,
    ),
    Claim(
        text="He's factor of 2 restores what ReLU halves.",
        formula="E(max(0, x)^2) = E(x^2) / 2",
        rule="the spread of the last over that of the first layer is more than twice that with "
        "1 / sqrt(n), seed by seed",
        cases=_kept_by_he,
    ),
)
