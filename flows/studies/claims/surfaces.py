"""What the course says of momentum and AdaGrad on a valley, a saddle and two wells."""

from flows.studies.results import Results
from flows.studies.study import Case, Claim

FAST = ("momentum", "nesterov")


def needed(results: Results, task: str, rule: str) -> float:
    """Steps of the median walk at the best rate."""
    return float(results.of(task=task, optimizer=rule).values("needed").min())


def _valley(results: Results) -> list[Case]:
    plain = needed(results, "valley", "sgd")
    return [
        Case(rule, steps < plain / 3, f"{steps:g} steps, sgd {plain:g}")
        for rule in FAST
        for steps in [needed(results, "valley", rule)]
    ]


def _global(results: Results) -> list[Case]:
    wells = results.of(task="wells")
    shares = {rule: wells.of(optimizer=rule).values("share") for rule in ("sgd", *FAST)}
    return [
        Case(
            f"{rule}, at its best rate",
            float(share.max()) > 0.99,
            f"{share.max():.0%} of walks end in the deeper well, sgd {shares['sgd'].max():.0%}",
        )
        for rule, share in shares.items()
        if rule != "sgd"
    ]


def _saddle(results: Results) -> list[Case]:
    others = {rule: needed(results, "saddle", rule) for rule in ("sgd", "momentum", "rmsprop")}
    own = needed(results, "saddle", "adagrad")
    figure = f"adagrad leaves it in {own:g} steps, "
    figure += ", ".join(f"{rule} in {steps:g}" for rule, steps in others.items())
    return [Case("each at its best rate", own > 2 * min(others.values()), figure)]


CLAIMS = (
    Claim(
        text="Momentum is faster in a valley.",
        formula="v <- mu v + g; p <- p - lr v",
        rule="each at its best of seven rates, the median of 50 walks is there in a third of the "
        "steps of SGD",
        cases=_valley,
    ),
    Claim(
        text="Momentum reaches the global optimum.",
        formula="v <- mu v + g; p <- p - lr v",
        rule="of 50 walks from anywhere over two wells, 99 in 100 end in the deeper one",
        cases=_global,
    ),
    Claim(
        text="AdaGrad has a saddle problem.",
        formula="h <- h + g^2; p <- p - lr g / sqrt(h)",
        rule="each at its best of seven rates, AdaGrad needs twice the steps of the quickest of "
        "the others to leave a saddle",
        cases=_saddle,
    ),
)
