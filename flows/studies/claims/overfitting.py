"""What the course says of regularisation, judged by `overfitting`."""

from flows.studies.claims.dropout import CLAIMS as DROPOUT
from flows.studies.claims.remedy import REMEDY, bare, plain_of, remedy
from flows.studies.margins import apart, gained
from flows.studies.results import Results, mean
from flows.studies.study import Case, Claim


def _l2(results: Results) -> list[Case]:
    plain = plain_of(results).of(l1=0.0, dropout=0.0, augment=False)
    none = plain.of(l2=0.0)
    return [remedy(f"{s:g}", none, plain.of(l2=s)) for s in plain.each("l2") if s]


def _l1(results: Results) -> list[Case]:
    plain = plain_of(results).of(l2=0.0, dropout=0.0, augment=False)
    none = bare(plain)
    return [
        remedy(f"{s:g} by {way}", none, plain.of(l1=s, proximal=proximal))
        for proximal, way in ((False, "subgradient"), (True, "soft threshold"))
        for s in plain.each("l1")
        if s
    ]


def _larger(results: Results) -> list[Case]:
    plain = bare(results)
    first = plain.rows[0]
    same_depth, same_width = plain.of(depth=first.depth), plain.of(width=first.width)
    cases = []
    for name, some, setting in (("wider", same_depth, "width"), ("deeper", same_width, "depth")):
        small, large = min(some.each(setting)), max(some.each(setting))
        gaps = [some.of(**{setting: value}).values("gap") for value in (small, large)]
        figure = f"gap {mean(gaps[1])} with {large}, {mean(gaps[0])} with {small}"
        cases.append(Case(name, gained(gaps[0], gaps[1]), figure))
    return cases


def _large_weights(results: Results) -> list[Case]:
    """Whether, from strength to strength of L2, smaller weights come with a smaller gap."""
    plain = plain_of(results).of(l1=0.0, dropout=0.0, augment=False)
    some = [plain.of(l2=s) for s in sorted(plain.each("l2"))]
    by_penalty = Case(
        "made small by L2",
        gained(some[-1].values("gap"), some[0].values("gap"))
        and apart(some[-1].values("size"), some[0].values("size"), 1.5),
        f"size {mean(some[-1].values('size'))} and gap {mean(some[-1].values('gap'))} at the "
        f"strongest, {mean(some[0].values('size'))} and {mean(some[0].values('gap'))} without",
    )
    widths = bare(results).of(depth=results.rows[0].depth)
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
    plain = plain_of(results).of(l2=0.0, dropout=0.0)
    some = plain.of(l1=max(plain.each("l1")))
    return [
        Case(
            way,
            float(found.values("zeros").min()) > 0.5,
            f"zeros {mean(found.values('zeros'))}, "
            f"below a thousandth {mean(found.values('small'))}",
        )
        for proximal, way in ((False, "by subgradient"), (True, "by soft threshold"))
        if (found := some.of(proximal=proximal))
    ]


def _small(results: Results) -> list[Case]:
    plain = plain_of(results).of(l1=0.0, dropout=0.0, augment=False)
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
        rule="the gap of the largest is above that of the smallest by more than two standard "
        "errors",
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
    *DROPOUT,
)
