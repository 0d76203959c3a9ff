"""Prediction: each preset with its normalisations folded and not, and one photo from a cold start.

Images of 64 x 64 x 3 by the 64, on one thread, an image a CPU second; both ways take turns, and the
figure is the median.
"""

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from nn.architecture import expand, presets
from nn.folding import fold
from nn.model import Sequential
from nn.shards import Shards
from tests.nn.mutated import prepare

IMAGES = 64
TURNS = 12
STARTS = 5


def main() -> None:
    """Print a row a preset, and the cold start."""
    for name in presets():
        plain, folded = rates(network(name, folded=False), network(name, folded=True))
        print(f"{name:12} {plain:6.0f}, folded {folded:6.0f} ({folded / plain:.2f} times)")
    print(f"one photo, cold: {cold():.2f} s, the median of {STARTS}")


def network(name: str, *, folded: bool) -> Sequential:
    """A preset with its first weights."""
    model = Sequential.from_spec(expand(name, classes=12))
    model.build((64, 64, 3), np.random.default_rng(0))
    if folded:
        fold(model)
    model.use(Shards(threads=1))
    return model


def rates(*models: Sequential) -> list[float]:
    """Images a CPU second of each, after two turns of warming up."""
    x = np.random.default_rng(1).normal(size=(IMAGES, 64, 64, 3)).astype(np.float32)
    seconds: list[list[float]] = [[] for _ in models]
    for _ in range(TURNS + 2):
        for model, spent in zip(models, seconds, strict=True):
            started = time.process_time()
            model.logits(x)
            spent.append(time.process_time() - started)
    return [IMAGES / statistics.median(spent[2:]) for spent in seconds]


def cold() -> float:
    """Seconds of a whole process that predicts one photo with a small model."""
    with tempfile.TemporaryDirectory() as folder:
        prepare(Path(folder))
        words = ["-m", "flows", "predict", f"{folder}/good.safetensors"]
        seconds = []
        for _ in range(STARTS):
            started = time.perf_counter()
            photo = f"{folder}/shown/bar/1.png"
            subprocess.run([sys.executable, *words, photo], check=True, capture_output=True)
            seconds.append(time.perf_counter() - started)
    return statistics.median(seconds)


if __name__ == "__main__":
    main()
