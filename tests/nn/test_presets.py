"""Every preset learns real digits, and costs what the README says."""

import re
from pathlib import Path

import numpy as np
import pytest
from sklearn.datasets import load_digits

from nn import CNNClassifier, TrainConfig
from nn.architecture import expand, presets
from nn.arrays import Array
from nn.memory import to_train
from nn.model import Sequential

WIDTHS = {"alexnet": 0.1, "mlp": 1}  # of the others a quarter, else they are too slow here


def large_digits(n: int) -> tuple[Array, Array]:
    """Handwritten digits, each pixel two by two: uint8 (n, 16, 16, 1)."""
    found = load_digits()
    images = (15 * found.images[:n, :, :, None]).astype(np.uint8)
    return images.repeat(2, axis=1).repeat(2, axis=2), found.target[:n]


@pytest.mark.parametrize("name", presets())
def test_the_loss_of_every_preset_falls(name: str) -> None:
    net = CNNClassifier(name, width=WIDTHS.get(name, 0.25), epochs=8, random_state=0)
    net.fit(*large_digits(300))
    first, *_, last = net.history_
    assert last.loss < 0.8 * first.loss


@pytest.mark.parametrize("readme", ["README.md", "README.ja.md"])
def test_the_readme_says_what_every_preset_costs(readme: str) -> None:
    text = (Path(__file__).parents[2] / readme).read_text(encoding="utf-8")
    row = r"^\| `(\w+)(?: --width ([.\d]+))?` \| ([.\d]+) M \| ([.\d]+) M \| ([.\d]+) GB \|"
    found = re.findall(row, text, re.MULTILINE)
    assert {name for name, *_ in found} == set(presets())
    for name, width, *said in found:
        model = Sequential.from_spec(expand(name, classes=12, width=float(width or 1)))
        model.build((64, 64, 3))
        parameters, multiply_adds = model.theta.size, sum(r.multiply_adds for r in model.summary())
        memory = to_train(model, TrainConfig(threads=2))
        costs = parameters / 1e6, multiply_adds / 1e6, memory / 1e9
        for number, cost in zip(said, costs, strict=True):
            assert float(number) == round(cost, len(number.partition(".")[2])), name
