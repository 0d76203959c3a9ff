"""Every preset learns: a few steps on real digits make its loss fall by a stated part."""

import numpy as np
import pytest
from sklearn.datasets import load_digits

from nn import CNNClassifier
from nn.architecture import presets
from nn.arrays import Array

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
