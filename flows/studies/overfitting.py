"""The study `overfitting`: what closes the gap between training and test with 300 images."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from flows.studies.claims.overfitting import CLAIMS
from flows.studies.material import Material
from flows.studies.pictures import Line, curves
from flows.studies.results import Results
from flows.studies.study import Study
from flows.studies.training import accuracy, begin, losses, mlp, probabilities, weights
from nn.arrays import Array
from nn.layers import Dropout
from nn.model import Sequential

IMAGES = 300
RATE = 0.1
POINTS = 10  # of the curves
MASKS = 50
WATCHED = 1000  # test images that masks are compared on
SMALL = 1e-3  # a weight that is as good as zero


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One training by plain descent, at a falling rate, on the few images that its seed picks."""

    l2: float = 0.0
    l1: float = 0.0
    proximal: bool = False  # L1 by soft threshold, not by subgradient
    dropout: float = 0.0
    augment: bool = False  # by the operations of the snapshot
    width: int
    depth: int
    steps: int
    seed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Row(Run):
    """What was seen of it at the end."""

    train: float  # accuracy on the images that it learned from, as they are
    test: float  # on all test images
    gap: float  # train - test
    size: float  # root mean square of the weights
    zeros: float  # share of weights that are 0
    small: float  # share below a thousandth
    masks: float  # accuracy of one mask of dropout, the mean of 50
    ensemble: float  # of the mean of the probabilities under these 50 masks
    whole: float  # of the network without masks, on the same test images
    agreement: float  # share of images for which it names what that mean names
    disagreement: float  # share for which two masks name different classes
    train_curve: tuple[float, ...]
    test_curve: tuple[float, ...]


def grid(*, quick: bool, seeds: int) -> list[Run]:
    """None, and each remedy at several strengths; then wider, narrower, deeper, flatter."""
    plain = Run(width=50, depth=2, steps=500) if quick else Run(width=100, depth=3, steps=900)
    l2 = (1e-2, 1e-1) if quick else (1e-3, 1e-2, 3e-2, 1e-1)
    l1 = (1e-3, 1e-2) if quick else (3e-4, 1e-3, 3e-3)
    ways = [
        plain,
        *(replace(plain, l2=strength) for strength in l2),
        *(
            replace(plain, l1=strength, proximal=proximal)
            for proximal in (False, True)
            for strength in l1
        ),
        *(replace(plain, dropout=p) for p in (0.2, 0.5)),
        replace(plain, dropout=0.2, l1=l1[0], proximal=True),
        replace(plain, augment=True),
        *(replace(plain, width=width) for width in (plain.width // 4, 4 * plain.width)),
        replace(plain, width=4 * plain.width, dropout=0.5),
        *(replace(plain, depth=depth) for depth in (1, 6)),
    ]
    return [replace(way, seed=seed) for way in ways for seed in range(seeds)]


def measure(run: Run, material: Material) -> Row:
    """Train on few images, and look at the gap, the weights and the masks."""
    chosen = material.some(IMAGES, run.seed)
    spec = mlp((run.width,) * run.depth, material.classes, dropout=run.dropout)
    training = begin(
        spec,
        material.train(chosen, augment=run.seed if run.augment else None),
        seed=run.seed,
        steps=run.steps,
        schedule="cosine",  # so that the last step is not the noise of one batch
        weight_decay=run.l2,
        l1=run.l1,
        proximal=run.proximal,
    )
    curve: list[tuple[float, float]] = []
    for step, _ in enumerate(losses(training, run.steps, RATE), start=1):
        if step % (run.steps // POINTS) == 0:
            curve.append(_scores(training.model, material, chosen))
    train, test = _scores(training.model, material, chosen, most=None)
    found = np.abs(weights(training.model))
    return Row(
        **asdict(run),
        train=train,
        test=test,
        gap=train - test,
        size=float(np.sqrt(np.square(found).mean())),
        zeros=float((found == 0).mean()),
        small=float((found < SMALL).mean()),
        **_masks(training.model, material),
        train_curve=tuple(point[0] for point in curve),
        test_curve=tuple(point[1] for point in curve),
    )


def _scores(
    model: Sequential, material: Material, chosen: Array, most: int | None = WATCHED
) -> tuple[float, float]:
    """Accuracy on the images learned from, and on `most` of the test images, or all."""
    return (
        accuracy(model, material.x[chosen], material.labels[chosen]),
        accuracy(model, material.test_x[:most], material.test_labels[:most]),
    )


def _masks(model: Sequential, material: Material) -> dict[str, Any]:
    """The network under 50 masks of dropout, beside itself without any.

    Without dropout all masks are alike, and two are enough.
    """
    count = MASKS if any(isinstance(layer, Dropout) for layer in model.layers.values()) else 2
    x, labels = material.test_x[:WATCHED], material.test_labels[:WATCHED]
    each = np.array([probabilities(model, x, step) for step in range(count)])
    named, together = each.argmax(axis=2), each.mean(axis=0).argmax(axis=1)
    whole = probabilities(model, x).argmax(axis=1)
    return {
        "masks": float((named == labels).mean()),
        "ensemble": float((together == labels).mean()),
        "whole": float((whole == labels).mean()),
        "agreement": float((whole == together).mean()),
        "disagreement": float((named[1:] != named[:-1]).mean()),
    }


def pictures(results: Results) -> Mapping[str, str]:
    """Accuracies over the steps of some ways, and what strengths of L2 do."""
    plain = results.of(width=results.rows[0].width, depth=results.rows[0].depth)
    bare = plain.of(l1=0.0, dropout=0.0, augment=False)
    shown = {
        "none": bare.of(l2=0.0),
        "L2 0.01": bare.of(l2=1e-2),
        "dropout 0.5": plain.of(dropout=0.5),
        "augmentation": plain.of(augment=True),
    }

    def lines(measure: str) -> list[Line]:
        return [Line(name, some.values(measure).mean(axis=0)) for name, some in shown.items()]

    strengths = np.array([strength for strength in bare.each("l2") if strength])
    by_strength = [
        Line(name, np.array([bare.of(l2=s).values(name).mean() for s in strengths]), strengths)
        for name in ("train", "test")
    ]
    return {
        "Accuracy on the images learned from": curves(
            lines("train_curve"), x="tenths of the steps", y="accuracy"
        ),
        "Accuracy on test images": curves(
            lines("test_curve"), x="tenths of the steps", y="accuracy"
        ),
        "L2 by strength": curves(by_strength, x="strength", y="accuracy", log_x=True),
    }


STUDY = Study(
    name="overfitting",
    question="What closes the gap between training and test?",
    explanation=(
        "A network that is large enough learns 300 images by heart, and names other images less "
        "well. A penalty on weights, dropout or changed images make learning by heart harder. To "
        "close the gap is easy, since a network that learns nothing has none; a remedy counts only "
        "where the gap falls and the test score does not."
    ),
    formula="g + lambda w (L2), g + lambda sign(w) (L1), y = x mask / (1 - p) (dropout)",
    run=Run,
    row=Row,
    grid=grid,
    measure=measure,
    tabled=("train", "test", "gap", "size", "zeros", "small"),
    claims=CLAIMS,
    pictures=pictures,
)
