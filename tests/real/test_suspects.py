"""Labels turned around on real photos: how many of them the networks of folds suspect first.

Beside it stands what cleanlab makes of the same probabilities, where it is installed.
"""

import csv
import warnings
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from dataset import DatasetConfig, run
from dataset.review.serving import prepare
from dataset.store import open_dataset, read_samples
from nn.arrays import Array
from nn.config import TrainConfig
from nn.folds.stage import run_folds
from nn.predict import load_classifier
from tests.real.test_review_order import turned_around

pytestmark = [pytest.mark.real, pytest.mark.accept, pytest.mark.timeout(3600)]

FIGURES = Path(__file__).parents[2] / "accept"
FOLDS = 5
SHARES = (0.05, 0.1, 0.15, 0.2)  # of the order
FLOOR = 0.8  # of the turned labels are among the first 15 %


def test_turned_labels_are_suspected_first(caltech12: Path, tmp_path: Path) -> None:
    wrong = turned_around(caltech12, 0, tmp_path / "photos")
    dataset = run(DatasetConfig(size=32, folds=FOLDS), [tmp_path / "photos"], tmp_path / "set")
    out = run_folds(TrainConfig(epochs=12), dataset, tmp_path / "folds").parent
    turned = {
        row.sha256
        for row in read_samples(dataset.parent, open_dataset(dataset))
        if row.path in wrong
    }
    with (out / "suspects.csv").open(newline="", encoding="utf-8") as file:
        ours = [row["sample"] for row in csv.DictReader(file)]
    orders = {"suspects": ours, "review": list(prepare(dataset.parent, out).cards)}
    orders |= by_cleanlab(dataset, out)
    lines = [
        (name, share, len(turned), round(len(turned.intersection(first)) / len(turned), 4))
        for name, order in orders.items()
        for share in SHARES
        for first in [order[: int(share * len(order))]]
    ]
    FIGURES.mkdir(exist_ok=True)
    with (FIGURES / "suspects.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([("order", "first", "turned", "found"), *lines])
    for name, share, count, found in lines:
        print(f"{name}: {found:.1%} of {count} in the first {share:.0%}")
    assert {name for name, share, _, found in lines if share == 0.15 and found < FLOOR} == set()


def by_cleanlab(dataset: Path, out: Path) -> dict[str, list[str]]:
    """The samples in cleanlab's order, by each of its scores."""
    if find_spec("cleanlab") is None:
        print("cleanlab: not installed")
        return {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what it imports
        from cleanlab.rank import get_label_quality_scores

    ids, labels, probabilities = judged(dataset, out)
    methods = ("self_confidence", "normalized_margin", "confidence_weighted_entropy")
    scores = {
        method: get_label_quality_scores(labels, probabilities, method=method) for method in methods
    }
    return {
        f"cleanlab {method}": [ids[i] for i in np.argsort(score, kind="stable")]
        for method, score in scores.items()
    }


def judged(dataset: Path, out: Path) -> tuple[list[str], Array, Array]:
    """Ids, labels and out-of-fold probabilities of all samples."""
    whole = open_dataset(dataset)
    ids: list[str] = []
    labels, probabilities = [], []
    for fold in range(1, FOLDS + 1):
        classifier = load_classifier(out / f"fold-{fold}" / "model.safetensors")
        test = whole.fold(fold).split("test")
        ids += test.ids
        labels.append(test.labels)
        probabilities.append(classifier.probabilities(test.images(np.arange(len(test)))))
    return ids, np.concatenate(labels), np.concatenate(probabilities)
