"""A training step of the preset `small`, against which augmentation is held."""

from collections.abc import Iterator

import numpy as np

from flows.bench.dataset.terms import BATCH, SIZE
from flows.bench.dataset.way import Way
from nn.architecture import expand
from nn.losses import softmax_cross_entropy
from nn.model import Sequential
from nn.optim import AdamW
from nn.shards import Shards

STEPS, CLASSES = 3, 10


def training_step() -> Way:
    """A few steps on one batch, on one thread."""
    model = Sequential.from_spec(expand("small", classes=CLASSES))
    model.build((SIZE, SIZE, 3), np.random.default_rng(0))
    model.use(Shards(4, 1))
    optimizer = AdamW(0.05 * model.decay_mask())
    rng = np.random.default_rng(0)
    x = rng.normal(size=(BATCH, SIZE, SIZE, 3)).astype(np.float32)
    labels, dlogits = rng.integers(0, CLASSES, BATCH), np.empty((BATCH, CLASSES), np.float32)

    def steps() -> Iterator[float]:
        for _ in range(STEPS):
            yield softmax_cross_entropy(model.forward(x, 0), labels, out=dlogits)
            model.backward(dlogits)
            optimizer.step(model.theta, model.grad, 1e-3)

    return Way(how=STEP, images=STEPS * BATCH, once=steps)


STEP = f"a training step of small, batch {BATCH}"
