"""A snapshot of the handwritten digits that scikit-learn carries: 1,797 images of 8 pixels."""

from pathlib import Path
from typing import Any

import numpy as np
from sklearn.datasets import load_digits

import dataset
from dataset import DatasetConfig

TRAINED = 1300


def make_digits(folder: Path, count: int = TRAINED, **settings: Any) -> Path:
    """The dataset.json of a snapshot that learns from the first `count` of them."""
    digits = load_digits()
    x = (digits.images * 15.9).astype(np.uint8)
    y = digits.target.astype(np.int64)
    arrays = {
        "x_train": x[:count],
        "y_train": y[:count],
        "x_test": x[TRAINED:],
        "y_test": y[TRAINED:],
    }
    folder.mkdir(parents=True, exist_ok=True)
    np.savez(folder / "digits.npz", **arrays)
    config = DatasetConfig(augment=("crop",), **settings)
    return dataset.run(config, [folder / "digits.npz"], folder / "dataset")
