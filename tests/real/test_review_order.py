"""Labels turned around on real photos: how many of them a review shows first, before any model."""

import csv
import shutil
from pathlib import Path

import numpy as np
import pytest

from dataset import DatasetConfig, run
from dataset.review.serving import prepare

pytestmark = [pytest.mark.real, pytest.mark.accept]

FIGURES = Path(__file__).parents[2] / "accept"
TURNED = 0.1  # share of the photos whose label is not theirs
SHARES = (0.05, 0.1, 0.15, 0.2)  # of the order of the review
SEEDS = (0, 1, 2)
FLOOR = 0.95  # of the turned labels are among the first 15 %, in the mean of the seeds


def turned_around(photos: Path, seed: int, folder: Path) -> set[str]:
    """Copy the photos, a tenth of them into another class; return the paths of those."""
    files = sorted(photos.glob("*/*.jpg"))
    labels = sorted({file.parent.name for file in files})
    rng = np.random.default_rng(seed)
    turned = set(rng.choice(len(files), int(TURNED * len(files)), replace=False).tolist())
    wrong = set()
    for number, file in enumerate(files):
        label = file.parent.name
        if number in turned:
            away = int(rng.integers(1, len(labels)))
            label = labels[(labels.index(label) + away) % len(labels)]
        place = folder / label / f"{file.parent.name}-{file.name}"
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, place)
        if number in turned:
            wrong.add(place.relative_to(folder).as_posix())
    return wrong


def test_wrong_labels_are_shown_first(caltech12: Path, tmp_path: Path) -> None:
    lines = []
    for seed in SEEDS:
        photos, out = tmp_path / f"photos {seed}", tmp_path / f"out {seed}"
        wrong = turned_around(caltech12, seed, photos)
        run(DatasetConfig(), [photos], out)
        cards = list(prepare(out).cards.values())
        for share in SHARES:
            first = cards[: int(share * len(cards))]
            found = sum(card.row.path in wrong for card in first) / len(wrong)
            lines.append((seed, share, len(wrong), round(found, 4)))
        print(f"seed {seed}: {lines[-2][-1]:.1%} of {len(wrong)} in the first 15 %")
    FIGURES.mkdir(exist_ok=True)
    with (FIGURES / "review.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([("seed", "first", "turned", "found"), *lines])
    assert np.mean([found for _, share, _, found in lines if share == 0.15]) > FLOOR
