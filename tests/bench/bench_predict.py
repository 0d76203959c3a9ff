"""Prediction: each preset with its normalisations folded and not, and one photo from a cold start.

Images of 64 x 64 x 3 by the 256, on every core; both ways take turns. The figure is the median.
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
from tests.bench.bench_nn import Step, interleaved
from tests.nn.mutated import prepare

IMAGES = 256
STARTS = 5


def main() -> None:
    """Print a row a preset, and the cold start."""
    for name in presets():
        steps = {word: inference(name, folded=word == "folded") for word in ("plain", "folded")}
        plain, folded = (statistics.median(s) for s in interleaved(steps).values())
        rates = f"{IMAGES / plain:6.0f} -> {IMAGES / folded:6.0f} images/s"
        print(f"{name:12} folded: {rates} ({plain / folded:.2f} times)", flush=True)
    print(f"one photo, cold: {cold():.2f} s, the median of {STARTS}")


def inference(name: str, *, folded: bool) -> Step:
    """The logits of a batch."""
    model = Sequential.from_spec(expand(name, classes=12))
    model.build((64, 64, 3), np.random.default_rng(0))
    if folded:
        fold(model)
    x = np.random.default_rng(1).normal(size=(IMAGES, 64, 64, 3)).astype(np.float32)
    return lambda: model.logits(x)


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
