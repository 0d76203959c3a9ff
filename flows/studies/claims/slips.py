"""Slips of the course: what is written there, what is right, and what shows it."""

from collections.abc import Sequence

import numpy as np

from flows.studies.claims import formulas
from flows.studies.results import Results
from flows.studies.study import Case, Claim
from nn.layers import BatchNorm
from nn.optim import SGD, RMSProp

RHO = 0.9


def _ascent(results: Results) -> Sequence[Case]:
    """E = w^2 from w = 1, ten steps at rate 0.1, with either sign; the library's beside them."""
    up, down, ours = 1.0, 1.0, np.ones(1)
    rule = SGD(np.zeros(1))
    for _ in range(10):
        up += 0.1 * 2 * up
        down = formulas.descent(down, 2 * down, 0.1)
        rule.step(ours, 2 * ours, 0.1)
    right = abs(down - float(ours[0])) < 1e-12
    return [
        Case(
            "E = w^2",
            up**2 < 1 or not right,
            f"from 1 to {up**2:.3g} in ten steps; with the minus to {down**2:.2g}",
        )
    ]


def _without_product(results: Results) -> Sequence[Case]:
    """Small gradients, 0.01 each: a mean of their squares is 0.0001."""
    rule, p = RMSProp(np.zeros(1), rho=RHO), np.zeros(1)
    slip = right = 0.0
    for _ in range(200):
        slip = RHO + (1 - RHO) * 0.01**2
        right = formulas.rmsprop_mean(right, 0.01, RHO)
        rule.step(p, np.full(1, 0.01), 1e-3)
    library = float(rule.h[0])
    agrees = abs(library - right) < 1e-12
    return [
        Case(
            "gradients of 0.01",
            abs(slip - 0.01**2) < 1e-6 or not agrees,
            f"h is {slip:.3g}, not {right:.2g}: the step is not scaled, and no gradient but the "
            "last counts",
        )
    ]


def _variance(results: Results) -> Sequence[Case]:
    """Numbers with a standard deviation of 5, divided by either."""
    x = np.random.default_rng(0).normal(3.0, 5.0, (1000, 1))
    layer = BatchNorm()
    layer.build((1,), None, np.float64)
    ours = float(layer.forward(x, 0).std())
    by_variance = float(((x - x.mean()) / x.var()).std())
    right = abs(ours - 1) < 1e-3
    return [
        Case(
            "a spread of 5",
            abs(by_variance - 1) < 1e-3 or not right,
            f"divided by it the spread is {by_variance:.2g}; by its root, {ours:.4g}",
        )
    ]


SLIPS = (
    Claim(
        text="W <- W + eps grad E goes down.",
        formula="W <- W - eps grad E",
        rule="ten steps on E = w^2 end below where they began",
        cases=_ascent,
    ),
    Claim(
        text="RMSProp: h = decay_rate, then h += (1 - decay_rate) g^2.",
        formula="h <- decay_rate * h + (1 - decay_rate) g^2",
        rule="h is the mean of g^2 after 200 like gradients",
        cases=_without_product,
    ),
    Claim(
        text="sigma^2 is the standard deviation that batch normalisation divides by.",
        formula="(x - mu) / sqrt(sigma^2 + eps): sigma^2 is the variance, sigma the deviation",
        rule="what was divided has a standard deviation of 1",
        cases=_variance,
    ),
)
