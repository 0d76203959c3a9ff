"""Fashion-MNIST with fewer than half a million parameters: three seeds, resumed when stopped."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import dataset
import nn
from dataset import DatasetConfig
from nn.config import TrainConfig
from nn.files.modelfile import read_model

pytestmark = [pytest.mark.real, pytest.mark.accept, pytest.mark.timeout(6 * 3600)]

FIGURES = Path(__file__).parents[2] / "accept" / "fashion"  # kept: what is trained stays so
LAYERS = Path(__file__).with_name("fashion.toml")
RECIPE = DatasetConfig(size=28, val_fraction=0.05, augment=("flip",))
TRAINING = TrainConfig(model=str(LAYERS), epochs=20, batch_size=128, weight_decay=0.05)
SEEDS = (0, 1, 2)
FLOOR = 0.934  # mean test accuracy
MOST = 500_000  # parameters


def test_fashion_mnist_with_few_parameters(fashion_mnist: Path) -> None:
    snapshot = dataset.run(RECIPE, [fashion_mnist], FIGURES / "dataset")
    scores = []
    for seed in SEEDS:
        model = nn.run(replace(TRAINING, seed=seed), snapshot, FIGURES / f"seed-{seed}")
        facts = json.loads(model.with_name("metrics.json").read_bytes())
        scores.append(facts["test"]["accuracy"])
        print(f"seed {seed}: test accuracy {scores[-1]:.4f}")
        assert sum(array.size for array in read_model(model).weights.values()) < MOST
    print(f"mean {np.mean(scores):.4f}")
    assert np.mean(scores) >= FLOOR
