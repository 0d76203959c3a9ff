"""Twenty and fifty photos a class: from scratch, and from a model of the other classes."""

import csv
import json
import shutil
from pathlib import Path

import numpy as np
import pytest

import nn
from dataset import DatasetConfig, run
from nn.config import TrainConfig

pytestmark = [pytest.mark.real, pytest.mark.accept, pytest.mark.timeout(3600)]

FIGURES = Path(__file__).parents[2] / "accept"
COUNTS = (20, 50)  # photos a class, a part of which is the validation split
MARGIN = {20: 0.0, 50: 0.03}  # with 50 a first model is worth no more than luck
SEEDS = (0, 1, 2)


def cut(photos: Path, classes: list[str], count: int, seed: int, folder: Path) -> Path:
    """Folders train, with so many photos a class, and test, with all others."""
    rng = np.random.default_rng((seed, count))
    for name in classes:
        files = sorted((photos / name).iterdir())
        for at, number in enumerate(rng.permutation(len(files)).tolist()):
            place = folder / ("train" if at < count else "test") / name
            place.mkdir(parents=True, exist_ok=True)
            shutil.copy(files[number], place)
    return folder


def score(model: Path) -> float:
    facts = json.loads(model.with_name("metrics.json").read_bytes())
    return float(facts["test"]["balanced_accuracy"])


def test_a_model_of_other_classes_helps_tiny_sets(caltech12: Path, tmp_path: Path) -> None:
    names = sorted(path.name for path in caltech12.iterdir())
    others, classes = names[0::2], names[1::2]
    for name in others:
        shutil.copytree(caltech12 / name, tmp_path / "others" / name)
    config = DatasetConfig(size=32)
    start = nn.run(
        TrainConfig(), run(config, [tmp_path / "others"], tmp_path / "o"), tmp_path / "start"
    )
    lines = []
    for count in COUNTS:
        for seed in SEEDS:
            at = tmp_path / f"{count}-{seed}"
            photos = cut(caltech12, classes, count, seed, at / "photos")
            dataset, train = run(config, [photos], at / "dataset"), TrainConfig(seed=seed)
            scratch = score(nn.run(train, dataset, at / "scratch"))
            helped = score(nn.run(train, dataset, at / "from", start=start))
            lines.append((count, seed, round(scratch, 4), round(helped, 4)))
    FIGURES.mkdir(exist_ok=True)
    with (FIGURES / "tiny.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([("images", "seed", "scratch", "from"), *lines])
    for count in COUNTS:
        means = [float(np.mean([line[at] for line in lines if line[0] == count])) for at in (2, 3)]
        print("{} a class: scratch {:.3f}, from other classes {:.3f}".format(count, *means))
        assert means[1] > means[0] - MARGIN[count]
