"""A small snapshot of drawn images, a tiny network, and a config that trains it in a second."""

from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

import dataset
from dataset import DatasetConfig
from nn.config import TrainConfig

CLASSES = ("bar", "spot", "薔薇")
SIDE = 16  # pixels of an image file; the network sees 8
LAYERS = """
layers = [
  { layer = "Conv2d", out_channels = 6, kernel_size = 3, padding = 1, bias = false },
  { layer = "BatchNorm" },
  { layer = "ReLU" },
  { layer = "MaxPool2d", kernel_size = 2 },
  { layer = "Flatten" },
  { layer = "Dropout", p = 0.2 },
  { layer = "Linear", out_features = "classes" },
]
"""


def make_photos(folder: Path) -> Path:
    """A folder of class folders, with images that differ by shape, not by colour."""
    rng = np.random.default_rng(0)
    for kind, name in enumerate(CLASSES):
        (folder / name).mkdir(parents=True)
        for number in range(16):
            pixels = rng.integers(0, 120, (SIDE, SIDE, 3), np.uint8)
            start = int(rng.integers(2, 8))
            part = slice(start, start + 5)
            rows, columns = ((part, slice(None)), (part, part), (slice(None), part))[kind]
            pixels[rows, columns] += 130
            Image.fromarray(pixels).save(folder / name / f"{number}.png")
    return folder


def make_snapshot(folder: Path, **settings: Any) -> Path:
    """The dataset.json of a snapshot of such photos; they lie in `folder`/photos."""
    photos = make_photos(folder / "photos")
    config = DatasetConfig(**{"size": 8, "stored": 10} | settings)
    return dataset.run(config, [photos], folder / "dataset")


def make_config(folder: Path, **settings: Any) -> TrainConfig:
    """Two epochs of the tiny network, on one thread."""
    layers = folder / "layers.toml"
    layers.write_text(LAYERS, encoding="utf-8")
    quick: dict[str, Any] = {"model": str(layers), "epochs": 2, "threads": 1}
    return TrainConfig(**quick | settings)
