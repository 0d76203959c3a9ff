"""What the course says of gradients, ReLU and batch normalisation, judged by `gradients`."""

from itertools import product

from flows.studies.margins import apart, gained
from flows.studies.results import Results, mean
from flows.studies.study import Case, Claim
from flows.studies.training import ACTIVATIONS

NORMED = ("before", "after")  # places of the normalisation


def deepest(results: Results) -> Results:
    """The rows of the deepest networks."""
    return results.of(depth=max(results.each("depth")))


def _vanishing(results: Results) -> list[Case]:
    deep = deepest(results).of(activation="sigmoid", norm="none")
    shallow = results.of(activation="sigmoid", norm="none", depth=min(results.each("depth")))
    return [
        Case(
            f"{deep.rows[0].depth} layers",
            apart(deep.values("reach"), shallow.values("reach"), 10),
            f"first over last gradient {mean(deep.values('reach'))}, with "
            f"{shallow.rows[0].depth} layers {mean(shallow.values('reach'))}",
        )
    ]


def _cure(results: Results) -> list[Case]:
    deep = deepest(results).of(norm="none")
    relu, sigmoid = deep.of(activation="relu"), deep.of(activation="sigmoid")
    return [
        Case(
            f"{relu.rows[0].depth} layers",
            apart(sigmoid.values("reach"), relu.values("reach"), 10)
            and float(relu.values("reach").min()) > 0.1,
            f"first over last gradient {mean(relu.values('reach'))}, sigmoid "
            f"{mean(sigmoid.values('reach'))}",
        )
    ]


def _sparse(results: Results) -> list[Case]:
    relu = deepest(results).of(activation="relu", norm="none")
    others = [deepest(results).of(activation=name, norm="none") for name in ("sigmoid", "tanh")]
    return [
        Case(
            when,
            float(relu.values(measure).min()) > 0.2
            and all(float(other.values(measure).max()) < 0.01 for other in others),
            f"zeros {mean(relu.values(measure).mean(axis=1))}, fewest in a layer "
            f"{relu.values(measure).min():.2g}",
        )
        for when, measure in (("at the start", "zeros"), ("after training", "zeros_after"))
    ]


def _alive(results: Results) -> list[Case]:
    deep = deepest(results)
    bare = deep.of(activation="sigmoid", norm="none").values("reach")
    return [
        Case(
            f"sigmoid, {norm} the activation",
            apart(bare, normed := deep.of(activation="sigmoid", norm=norm).values("reach"), 10),
            f"first over last gradient {mean(normed)}, without {mean(bare)}",
        )
        for norm in NORMED
    ]


def _faster(results: Results) -> list[Case]:
    cases = []
    for activation, norm in product(ACTIVATIONS, NORMED):
        deep = deepest(results).of(activation=activation)
        bare, normed = deep.of(norm="none").values("loss"), deep.of(norm=norm).values("loss")
        figure = f"loss {mean(normed)}, without {mean(bare)}"
        cases.append(Case(f"{activation}, {norm} the activation", gained(normed, bare), figure))
    return cases


CLAIMS = (
    Claim(
        text="The gradient of sigmoid networks vanishes with depth.",
        formula="dz/dx = y (1 - y) <= 1/4 a layer",
        rule="the gradient of the first layer over that of the last: 10 times smaller in the "
        "deepest network than in the shallowest, for any two seeds",
        cases=_vanishing,
    ),
    Claim(
        text="ReLU avoids vanishing gradients.",
        formula="dy/dx = 1 where x > 0",
        rule="that ratio is above 0.1 and 10 times that of sigmoid, for any two seeds",
        cases=_cure,
    ),
    Claim(
        text="ReLU makes activations sparse.",
        formula="y = max(0, x)",
        rule="more than a fifth of the activations of every layer are 0 with every seed; of "
        "sigmoid and tanh hardly one in a hundred",
        cases=_sparse,
    ),
    Claim(
        text="Batch normalisation keeps gradients alive, before or after the activation.",
        formula="y = gamma (x - mean) / sqrt(var + eps) + beta",
        rule="that ratio is 10 times that of the same network without, for any two seeds",
        cases=_alive,
    ),
    Claim(
        text="Batch normalisation speeds training, before or after the activation.",
        formula="y = gamma (x - mean) / sqrt(var + eps) + beta",
        rule="at one rate the loss after the same steps is lower, by more than two standard "
        "errors over the seeds",
        cases=_faster,
    ),
)
