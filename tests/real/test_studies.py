"""The four studies in full on Fashion-MNIST, five seeds; what is known of networks is seen."""

from pathlib import Path

import pytest

import dataset
from dataset import DatasetConfig
from flows.cli import main
from flows.studies.claims.ledger import LEDGER
from flows.studies.cli import STUDIES

pytestmark = [pytest.mark.real, pytest.mark.accept, pytest.mark.timeout(4 * 3600)]

FIGURES = Path(__file__).parents[2] / "accept" / "studies"  # kept: what is made is not made again
SEEDS = 5
HOLD = (
    "The gradient of sigmoid networks vanishes with depth.",
    "ReLU avoids vanishing gradients.",
    "ReLU makes activations sparse.",
    "Zero weights do not learn.",
    "He's weights are right for ReLU.",
    "Momentum is faster in a valley.",
    "A rate that is too large diverges.",
    "Dropout trains different models.",
    "The network without masks is the mean of all.",
)


def test_the_studies_in_full_and_their_ledger(fashion_mnist: Path, tmp_path: Path) -> None:
    snapshot = dataset.run(DatasetConfig(), [fashion_mnist], tmp_path / "dataset")
    for name in STUDIES:
        words = ["--dataset", str(snapshot), "--seeds", str(SEEDS), "--out", str(FIGURES)]
        assert main(["study", name, *words]) == 0
    assert main(["study", "claims", "--out", str(FIGURES)]) == 0
    text = (FIGURES / LEDGER).read_text(encoding="utf-8")
    print(text)
    rows = [row.strip("| ").split(" | ") for row in text.splitlines() if row.startswith("| ")]
    verdicts = {row[0]: row[3] for row in rows}
    assert {verdicts[claim] for claim in HOLD} == {"**holds**"}
