"""What the course says of optimizers, judged by `optimizers`."""

import numpy as np

from flows.studies.claims.surfaces import CLAIMS as WALKS
from flows.studies.claims.surfaces import needed
from flows.studies.margins import gained
from flows.studies.results import Results, mean
from flows.studies.study import Case, Claim
from nn.arrays import Array

WORST = 1e3  # nats: a loss that is no number any more counts as much


def losses(results: Results) -> Array:
    """Losses at the end, seed by seed, with a number for those that diverged."""
    return np.nan_to_num(results.values("loss"), nan=WORST).clip(max=WORST)


def _told(results: Results) -> str:
    return str(mean(results.values("loss")))


def _at(results: Results) -> str:
    """The loss at the rate of these rows, and that rate."""
    return f"{_told(results)} at {results.rows[0].lr:g}"


def best(results: Results) -> Results:
    """The rows at the rate whose mean loss is least."""
    return min(
        (results.of(lr=lr) for lr in results.each("lr")), key=lambda some: losses(some).mean()
    )


def _images(results: Results, optimizer: str, schedule: str = "constant") -> Results:
    return results.of(task="images", optimizer=optimizer, schedule=schedule)


def _rules(results: Results) -> list[str]:
    return results.of(task="images").each("optimizer")


def _stays(some: Results) -> Array:
    """The loss over that of equal probabilities: above 0.9 nothing was learned, (seeds,)."""
    return np.asarray(losses(some) / some.values("naive"))


def _too_large(results: Results) -> list[Case]:
    cases = []
    for rule in _rules(results):
        some = _images(results, rule)
        top = some.of(lr=max(some.each("lr")))
        figure = f"loss {_at(top)}, {_at(best(some))}"
        cases.append(Case(rule, bool((_stays(top) > 0.9).all()), figure))
    return cases


def _too_small(results: Results) -> list[Case]:
    cases = []
    for rule in _rules(results):
        some = _images(results, rule)
        low = some.of(lr=min(some.each("lr")))
        figure = f"loss {_at(low)}, {_at(best(some))}"
        cases.append(Case(rule, gained(losses(best(some)), losses(low), margin=0.1), figure))
    return cases


def _decay(results: Results) -> list[Case]:
    cases = []
    for rule in _rules(results):
        flat, falling = (_images(results, rule, schedule) for schedule in ("constant", "cosine"))
        found, rates = best(flat), sorted(flat.each("lr"))
        above = next((lr for lr in rates if lr > 5 * found.rows[0].lr), rates[-1])
        pairs = {
            f"{rule} at its best rate": (found, best(falling)),
            f"{rule} above it": (flat.of(lr=above), falling.of(lr=above)),
        }
        for name, (constant, fallen) in pairs.items():
            figure = f"loss {_at(fallen)}, constant {_at(constant)}"
            cases.append(Case(name, gained(losses(fallen), losses(constant)), figure))
    return cases


def _decades(results: Results, rule: str) -> int:
    """At how many of the rates the mean loss is below a third of that of equal probabilities."""
    some = _images(results, rule)
    return sum(float(_stays(some.of(lr=lr)).mean()) < 1 / 3 for lr in some.each("lr"))


def _tuning(results: Results) -> list[Case]:
    own = _decades(results, "rmsprop")
    return [
        Case(
            f"beside {rule}",
            own > count,
            f"good at {own} of the rates, {rule} at {count}",
        )
        for rule in ("sgd", "momentum", "adagrad")
        for count in [_decades(results, rule)]
    ]


def _joined(results: Results) -> list[Case]:
    own = losses(best(_images(results, "adam")))
    cases = []
    for rule in ("momentum", "rmsprop"):
        other = losses(best(_images(results, rule)))
        figure = f"loss {mean(own)}, {rule} {mean(other)}"
        cases.append(Case(f"as good as {rule}", bool(own.mean() < 1.1 * other.mean()), figure))
    own_steps, fast = needed(results, "valley", "adam"), needed(results, "valley", "sgd")
    figure = f"{own_steps:g} steps, sgd {fast:g}"
    return [*cases, Case("faster than sgd in a valley", own_steps < fast, figure)]


IMAGES = "each at its best rate, loss after the same steps"

CLAIMS = (
    Claim(
        text="A rate that is too large diverges.",
        formula="lr > 2 / curvature",
        rule="at the largest rate the loss is still above 0.9 log K with every seed",
        cases=_too_large,
    ),
    Claim(
        text="A rate that is too small crawls.",
        formula="p <- p - lr g",
        rule="at the least rate the loss is higher than at the best, by 0.1 and two standard "
        "errors",
        cases=_too_small,
    ),
    Claim(
        text="A rate that falls helps.",
        formula="lr_t = lr (1 + cos(pi t)) / 2",
        rule=f"{IMAGES}, or at one about ten times as large: lower than with a constant rate, by "
        "more than two standard errors",
        cases=_decay,
    ),
    *WALKS,
    Claim(
        text="RMSProp needs less tuning.",
        formula="h <- rho h + (1 - rho) g^2; p <- p - lr g / sqrt(h)",
        rule="at more of the rates, from 0.0001 to 10, the loss falls below a third of log K",
        cases=_tuning,
    ),
    Claim(
        text="Adam joins momentum and RMSProp.",
        formula="p <- p - lr m / sqrt(v), m and v unbiased",
        rule=f"{IMAGES}: at most a tenth above that of either; in the valley faster than SGD",
        cases=_joined,
    ),
)
