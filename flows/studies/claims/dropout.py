"""What the course says of dropout, and of augmentation, judged by `overfitting`."""

from flows.studies.claims.remedy import REMEDY, bare, plain_of, remedy
from flows.studies.margins import gained
from flows.studies.results import Results, mean
from flows.studies.study import Case, Claim


def _dropout(results: Results) -> list[Case]:
    plain = plain_of(results)
    none, alone = bare(plain), plain.of(l1=0.0)
    cases = [remedy(f"{p:g}", none, alone.of(dropout=p)) for p in alone.each("dropout") if p]
    joined = plain.of(dropout=0.2, proximal=True)
    return [*cases, remedy("0.2 with L1", none, joined)]


def _alexnet(results: Results) -> list[Case]:
    wide = results.of(width=max(results.each("width")))
    name = f"layers of {wide.rows[0].width}, half of it dropped"
    return [remedy(name, bare(wide), wide.of(dropout=0.5))]


def _augmentation(results: Results) -> list[Case]:
    plain = plain_of(results)
    return [remedy("the snapshot's own operations", bare(plain), plain.of(augment=True))]


def _models(results: Results) -> list[Case]:
    plain = plain_of(results).of(l1=0.0)
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
    plain = plain_of(results).of(l1=0.0)
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
