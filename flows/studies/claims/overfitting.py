"""What the course says of regularisation, judged by `overfitting`."""

from flows.studies.margins import apart, gained, kept
from flows.studies.results import Results, mean
from flows.studies.study import Case, Claim

REMEDY = (
    "the gap falls by more than two standard errors over the seeds AND the test score does not "
    "fall by more than a point"
)


def _plain(results: Results) -> Results:
    """The rows of the network that remedies are tried on, with and without them."""
    first = results.rows[0]
    return results.of(width=first.width, depth=first.depth)


def _bare(results: Results) -> Results:
    return results.of(l2=0.0, l1=0.0, dropout=0.0, augment=False)


def _remedy(name: str, before: Results, after: Results) -> Case:
    gaps, tests = ([some.values(name) for some in (before, after)] for name in ("gap", "test"))
    return Case(
        name,
        gained(gaps[1], gaps[0]) and kept(*tests),
        f"gap {mean(gaps[1])} instead of {mean(gaps[0])}, test {mean(tests[1])} instead of "
        f"{mean(tests[0])}",
    )


def _l2(results: Results) -> list[Case]:
    plain = _plain(results).of(l1=0.0, dropout=0.0, augment=False)
    none = plain.of(l2=0.0)
    return [_remedy(f"{s:g}", none, plain.of(l2=s)) for s in plain.each("l2") if s]


def _l1(results: Results) -> list[Case]:
    plain = _plain(results).of(l2=0.0, dropout=0.0, augment=False)
    none = _bare(plain)
    return [
        _remedy(f"{s:g} by {way}", none, plain.of(l1=s, proximal=proximal))
        for proximal, way in ((False, "subgradient"), (True, "soft threshold"))
        for s in plain.each("l1")
        if s
    ]


def _dropout(results: Results) -> list[Case]:
    plain = _plain(results)
    none, alone = _bare(plain), plain.of(l1=0.0)
    cases = [_remedy(f"{p:g}", none, alone.of(dropout=p)) for p in alone.each("dropout") if p]
    joined = plain.of(dropout=0.2, proximal=True)
    return [*cases, _remedy("0.2 with L1", none, joined)]


def _augmentation(results: Results) -> list[Case]:
    plain = _plain(results)
    return [_remedy("the snapshot's own operations", _bare(plain), plain.of(augment=True))]


def _alexnet(results: Results) -> list[Case]:
    wide = results.of(width=max(results.each("width")))
    name = f"layers of {wide.rows[0].width}, half of it dropped"
    return [_remedy(name, _bare(wide), wide.of(dropout=0.5))]


def _larger(results: Results) -> list[Case]:
    bare = _bare(results)
    first = bare.rows[0]
    same_depth, same_width = bare.of(depth=first.depth), bare.of(width=first.width)
    cases = []
    for name, some, setting in (("wider", same_depth, "width"), ("deeper", same_width, "depth")):
        small, large = min(some.each(setting)), max(some.each(setting))
        gaps = [some.of(**{setting: value}).values("gap") for value in (small, large)]
        figure = f"gap {mean(gaps[1])} with {large}, {mean(gaps[0])} with {small}"
        cases.append(Case(name, gained(gaps[0], gaps[1]), figure))
    return cases


def _large_weights(results: Results) -> list[Case]:
    """Whether, from strength to strength of L2, smaller weights come with a smaller gap."""
    plain = _plain(results).of(l1=0.0, dropout=0.0, augment=False)
    some = [plain.of(l2=s) for s in sorted(plain.each("l2"))]
    by_penalty = Case(
        "made small by L2",
        gained(some[-1].values("gap"), some[0].values("gap"))
        and apart(some[-1].values("size"), some[0].values("size"), 1.5),
        f"size {mean(some[-1].values('size'))} and gap {mean(some[-1].values('gap'))} at the "
        f"strongest, {mean(some[0].values('size'))} and {mean(some[0].values('gap'))} without",
    )
    widths = _bare(results).of(depth=results.rows[0].depth)
    ends = min(widths.each("width")), max(widths.each("width"))
    narrow, wide = (widths.of(width=width) for width in ends)
    by_width = Case(
        "compared between widths",
        gained(wide.values("gap"), narrow.values("gap")),
        f"size {mean(narrow.values('size'))} and gap {mean(narrow.values('gap'))} in the narrow "
        f"network, {mean(wide.values('size'))} and {mean(wide.values('gap'))} in the wide one",
    )
    return [by_penalty, by_width]


def _zeros(results: Results) -> list[Case]:
    plain = _plain(results).of(l2=0.0, dropout=0.0)
    some = plain.of(l1=max(plain.each("l1")))
    return [
        Case(
            way,
            float(found.values("zeros").min()) > 0.5,
            f"zeros {mean(found.values('zeros'))}, below a thousandth {mean(found.values('small'))}",
        )
        for proximal, way in ((False, "by subgradient"), (True, "by soft threshold"))
        if (found := some.of(proximal=proximal))
    ]


def _small(results: Results) -> list[Case]:
    plain = _plain(results).of(l1=0.0, dropout=0.0, augment=False)
    none = plain.of(l2=0.0)
    return [
        Case(
            f"{s:g}",
            apart(found.values("size"), none.values("size"), 1.05)
            and float(found.values("zeros").max()) < 0.01,
            f"size {mean(found.values('size'))}, {mean(none.values('size'))} without; zeros "
            f"{mean(found.values('zeros'))}",
        )
        for s in plain.each("l2")
        if s and (found := plain.of(l2=s))
    ]


def _models(results: Results) -> list[Case]:
    plain = _plain(results).of(l1=0.0)
    return [
        Case(
            f"{p:g}",
            float(some.values("disagreement").min()) > 0.02
            and gained(some.values("masks"), some.values("ensemble")),
            f"two masks differ on {mean(some.values('disagreement'))} of images; one mask names "
            f"{mean(some.values('masks'))}, fifty together {mean(some.values('ensemble'))}",
        )
        for p in plain.each("dropout")
        if p and (some := plain.of(dropout=p))
    ]


def _mean_of_masks(results: Results) -> list[Case]:
    plain = _plain(results).of(l1=0.0)
    return [
        Case(
            f"{p:g}",
            float(some.values("agreement").min()) > 0.9
            and bool(abs(some.values("whole") - some.values("ensemble")).max() < 0.03),
            f"named alike {mean(some.values('agreement'))}; right {mean(some.values('whole'))}, "
            f"the mean of fifty {mean(some.values('ensemble'))}",
        )
        for p in plain.each("dropout")
        if p and (some := plain.of(dropout=p))
    ]


CLAIMS = (
    Claim(
        text="Large weights mean overfitting.",
        formula="gap = train - test accuracy",
        rule="where weights are smaller, the gap is, by more than two standard errors",
        cases=_large_weights,
    ),
    Claim(
        text="Larger networks overfit more.",
        formula="gap = train - test accuracy",
        rule="the gap of the largest is above that of the smallest by more than two standard errors",
        cases=_larger,
    ),
    Claim(
        text="L2 prevents overfitting.",
        formula="loss + lambda / 2 w^2: g + lambda w",
        rule=REMEDY,
        cases=_l2,
    ),
    Claim(
        text="L1 prevents overfitting.",
        formula="loss + lambda |w|: g + lambda sign(w)",
        rule=REMEDY,
        cases=_l1,
    ),
    Claim(
        text="L1 makes weights zero.",
        formula="g + lambda sign(w); or w <- sign(w) max(|w| - lr lambda, 0)",
        rule="at the largest strength more than half of the weights are 0, with every seed",
        cases=_zeros,
    ),
    Claim(
        text="L2 makes weights small, not zero.",
        formula="w <- (1 - lr lambda) w - lr g",
        rule="their root mean square is a twentieth lower, for any two seeds, and hardly one in a "
        "hundred is 0",
        cases=_small,
    ),
    Claim(
        text="Dropout prevents overfitting.",
        formula="y = x mask / (1 - p)",
        rule=REMEDY,
        cases=_dropout,
    ),
    Claim(
        text="AlexNet's dropout, half of its wide layers, prevents overfitting.",
        formula="y = x mask / (1 - p), p = 1/2",
        rule=REMEDY,
        cases=_alexnet,
    ),
    Claim(
        text="Augmentation prevents overfitting.",
        formula="x <- crop and flip of x, anew in each epoch",
        rule=REMEDY,
        cases=_augmentation,
    ),
    Claim(
        text="Dropout trains different models.",
        formula="each mask is a network, of the same weights",
        rule="two masks name different classes for more than 2 % of the test images with every "
        "seed, and fifty together are better than one, by more than two standard errors",
        cases=_models,
    ),
    Claim(
        text="The network without masks is the mean of all.",
        formula="E(x mask / (1 - p)) = x",
        rule="it names what the mean of fifty masks names for nine in ten test images, and is "
        "right as often to 3 points, with every seed",
        cases=_mean_of_masks,
    ),
)
