"""What the course says that needs no training to be judged: each formula beside the library."""

from collections.abc import Callable, Sequence

import numpy as np

from flows.studies.claims import formulas
from flows.studies.results import Results
from flows.studies.study import Case, Claim
from nn.arrays import Array
from nn.layers import BatchNorm, Conv2d, Flatten, Linear, ReLU, Sigmoid
from nn.model import Sequential
from nn.optim import SGD, AdaGrad, Momentum, RMSProp
from nn.training.regularization import L1

H = 1e-6  # of finite differences
STEPS = 10_000


def _one(check: Callable[[], tuple[bool, str]]) -> Callable[[Results], Sequence[Case]]:
    """The only case of a claim that no result decides."""

    def cases(results: Results) -> Sequence[Case]:
        seen, figure = check()
        return [Case("exactly", bool(seen), figure)]

    return cases


def _chain() -> tuple[bool, str]:
    x, y = 1.5, -0.25
    measured = ((x + H + y) ** 2 - (x - H + y) ** 2) / (2 * H)
    return abs(measured - formulas.chain_rule(x, y)) < 1e-8, f"at (1.5, -0.25) {measured:.6f}"


def _sigmoid() -> tuple[bool, str]:
    layer, points = Sigmoid(), np.linspace(-4.0, 4.0, 9)[:, None]
    layer.forward(points.copy())
    slope = layer.backward(np.ones_like(points))[:, 0]
    expected = [formulas.sigmoid_slope(x) for x in points[:, 0].tolist()]
    return (
        np.allclose(slope, expected, atol=1e-12) and slope.argmax() == 4 and slope[4] == 0.25,
        f"{slope[4]:.4f} at 0, {slope[0]:.4f} at -4",
    )


def _size() -> tuple[bool, str]:
    cases = [(6, 2, 1, 1), (28, 5, 2, 1), (28, 5, 0, 2), (227, 11, 0, 4)]
    sides = [
        Conv2d(1, f, padding=p, stride=s).build((h, h, 1), None, np.float64)[0]
        for h, f, p, s in cases
    ]
    return sides == [formulas.output_size(*case) for case in cases], f"6, 2, 1, 1 gives {sides[0]}"


def _gradients() -> tuple[bool, str]:
    p = np.array([-0.3, 0.0, 2.0])
    by_l1 = np.zeros(3)
    L1(np.ones(3)).add_subgradient(p, by_l1)
    moved = p.copy()
    SGD(np.ones(3)).step(moved, np.zeros(3), 1.0)  # decay 1 of weights alone, at rate 1
    by_l2 = p - moved
    each = p.tolist()
    return (
        by_l1.tolist() == [formulas.l1_gradient(w) for w in each]
        and by_l2.tolist() == [formulas.l2_gradient(w) for w in each],
        f"of w = {each}: {by_l1.tolist()} and {by_l2.tolist()}",
    )


def _biases() -> tuple[bool, str]:
    model = Sequential(Conv2d(2, 3), BatchNorm(), ReLU(), Flatten(), Linear(3))
    model.build((4, 4, 1), np.random.default_rng(0))
    mask = model.decay_mask()
    sizes = [(name, p.size) for name, p in model.named_params()]
    start, spared = 0, True
    for name, size in sizes:
        wanted = float(name.endswith(".weight"))
        spared &= bool((mask[start : start + size] == wanted).all())
        start += size
    count = int((mask == 0).sum())
    return spared, f"{count} of {mask.size} numbers of a network are spared: all but its weights"


def _adagrad() -> tuple[bool, str]:
    first, last = _steps(AdaGrad(np.zeros(1)))
    still = _steps(RMSProp(np.zeros(1)))[1]
    seen = abs(last - formulas.adagrad_rate(1.0, STEPS)) < 1e-6 and abs(still - 1) < 1e-3
    return seen, f"of {first:g} at first {last:.3g} is left, of RMSProp's {still:.3g}"


def _steps(optimizer: AdaGrad | RMSProp) -> tuple[float, float]:
    """The lengths of the first step and the last, at rate 1, with gradients of 1."""
    p, lengths = np.zeros(1), []
    for _ in range(STEPS):
        before = float(p[0])
        optimizer.step(p, np.ones(1), 1.0)
        lengths.append(before - float(p[0]))
    return lengths[0], lengths[-1]


def _momentum(results: Results) -> Sequence[Case]:
    flat = _apart(np.full(100, 0.1))
    falling = _apart(np.linspace(0.1, 0.0, 100))
    return [
        Case("the rate is constant", flat < 1e-12, f"apart by {flat:.1g}"),
        Case("the rate falls", falling < 1e-12, f"apart by {falling:.1g}"),
    ]


def _apart(rates: Array) -> float:
    """How far the two forms of momentum come to lie apart on a bowl."""
    ends = []
    for inside in (False, True):
        p, rule = np.ones(1), Momentum(np.zeros(1), rate_inside=inside)
        for lr in rates.tolist():
            rule.step(p, p.copy(), lr)
        ends.append(float(p[0]))
    return abs(ends[0] - ends[1])


def _connected() -> tuple[bool, str]:
    """Shuffle the numbers of an image, and the weights alike: the layer cannot tell."""
    rng = np.random.default_rng(0)
    images = rng.standard_normal((5, 6, 6, 3))
    order = rng.permutation(108)
    shuffled = images.reshape(5, 108)[:, order].reshape(images.shape)
    full, kernel = Sequential(Flatten(), Linear(4)), Sequential(Conv2d(4, 3), Flatten())
    for model in (full, kernel):
        model.build((6, 6, 3), np.random.default_rng(1), np.float64)
    plain, convolved = full.forward(images).copy(), np.sort(kernel.forward(images), axis=1)
    changed = np.abs(np.sort(kernel.forward(shuffled), axis=1) - convolved).max()
    weight = full.layers["linear1"].params["weight"]
    weight[...] = weight[order].copy()
    difference = np.abs(full.forward(shuffled) - plain).max()
    figure = f"shuffled it is the same to {difference:.0e}; a convolution is off by {changed:.2g}"
    return difference < 1e-12 and changed > 0.1, figure


FORMULAS = (
    Claim(
        text="z = t^2, t = x + y: dz/dx = 2 (x + y).",
        formula="dz/dx = dz/dt dt/dx",
        rule="finite differences agree to 1e-8",
        cases=_one(_chain),
    ),
    Claim(
        text="The slope of the sigmoid at 0 is 0.25, its largest.",
        formula="dy/dx = y (1 - y)",
        rule="the layer's gradient is the formula's to 1e-12",
        cases=_one(_sigmoid),
    ),
    Claim(
        text="A convolution of side 6 with a kernel of 2, padding 1 and stride 1 gives side 7.",
        formula="(H + 2P - F) / S + 1, rounded down",
        rule="the layer's output has the formula's side, for this and three others",
        cases=_one(_size),
    ),
    Claim(
        text="The gradients of L1 and L2 are sign(w) and w.",
        formula="d|w|/dw = sign(w); d(w^2 / 2)/dw = w",
        rule="the library adds exactly these",
        cases=_one(_gradients),
    ),
    Claim(
        text="Biases are not regularised.",
        formula="lambda = 0 for biases, gamma and beta",
        rule="the mask of decay is 1 for weights and 0 for everything else",
        cases=_one(_biases),
    ),
    Claim(
        text="AdaGrad's rate dies.",
        formula="lr / sqrt(h), h <- h + g^2: lr / sqrt(t)",
        rule=f"after {STEPS:,} gradients of 1 its step is the formula's, and RMSProp's still whole",
        cases=_one(_adagrad),
    ),
    Claim(
        text="V <- mu V - eps grad, W <- W + V is the momentum that libraries have.",
        formula="v <- mu v + g, W <- W - eps v, so that V = -eps v at one rate",
        rule="after 100 steps on a bowl the two differ by less than 1e-12",
        cases=_momentum,
    ),
    Claim(
        text="A fully connected layer loses the relation of pixels and channels.",
        formula="sum of w_i x_i, in any order of i",
        rule="with its inputs and weights shuffled alike its output is the same to 1e-12; that of "
        "a convolution, whatever the order of its outputs, is not",
        cases=_one(_connected),
    ),
)
