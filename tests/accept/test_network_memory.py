"""Memory of training and of inference: the prediction of `summary` beside what the system saw."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

FACTOR = 1.25  # either way
CHILD = Path(__file__).parent / "network_memory.py"
LINUX = sys.platform == "linux"


@pytest.mark.accept
@pytest.mark.skipif(not LINUX, reason="reads /proc")
@pytest.mark.parametrize("job", ["train", "predict"])
@pytest.mark.parametrize(
    ("model", "width", "size", "batch"),
    [
        ("small", 1.0, 64, 32),
        ("deep", 0.5, 32, 128),
        ("alexnet", 0.5, 227, 32),
        ("alexnet", 1.0, 64, 8),
        ("resnet8", 1.0, 96, 32),
        ("resnet20", 1.0, 32, 64),
        ("mlp", 1.0, 64, 32),
    ],
)
def test_memory_is_predicted_within_a_stated_factor(
    model: str, width: float, size: int, batch: int, job: str
) -> None:
    command = [sys.executable, str(CHILD), model, str(width), str(size), str(batch), job]
    done = subprocess.run(command, check=True, capture_output=True, text=True, encoding="utf-8")
    found = json.loads(done.stdout)
    ratio = found["grown"] / found["predicted"]
    print(f"{model} x {width}, {size} pixels, {batch} a batch, {job}: {ratio:.2f} of", found)
    assert 1 / FACTOR < ratio < FACTOR
