"""Our own way: training and inference as the library does them, and `predict` from cold."""

import itertools
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from flows.bench.nn.cell import Cell
from flows.bench.nn.cold_start import ColdStart, photo_in
from flows.bench.nn.models import Model, model_of
from flows.bench.nn.terms import CLASSES, RATE
from flows.bench.nn.worker import Step
from nn.files.modelfile import ModelFile, Preprocessing
from nn.folding import fold
from nn.losses import softmax_cross_entropy
from nn.optim import Adam
from nn.shards import Shards, one_blas_thread

SHARDS = 4


def train(cell: Cell, form: str) -> Step:
    """Forward, loss, backward and Adam."""
    model = model_of(cell.model).built()
    model.use(Shards(SHARDS, cell.threads))
    optimizer = Adam(0 * model.decay_mask())
    x, labels = model_of(cell.model).batch(cell.batch)
    dlogits = np.empty((cell.batch, CLASSES), np.float32)
    steps = itertools.count()

    def step() -> float:
        with one_blas_thread():
            logits = model.forward(x, next(steps))
            loss = softmax_cross_entropy(logits, labels, out=dlogits)
            model.backward(dlogits)
            optimizer.step(model.theta, model.grad, RATE, model.shards)
        return loss

    return step


def inference(cell: Cell, form: str) -> Step:
    """Logits of a batch, the normalisations folded as `predict` has them."""
    model = model_of(cell.model).built()
    fold(model)
    model.use(Shards(SHARDS, cell.threads))
    x, _ = model_of(cell.model).batch(cell.batch)
    return lambda: model.logits(x)


def cold(cell: Cell, form: str) -> ColdStart:
    """`python -m nn predict MODEL PHOTO`."""
    files = TemporaryDirectory()
    file, photo = Path(files.name) / "model.safetensors", photo_in(Path(files.name))
    file.write_bytes(stored(model_of(cell.model)))
    return ColdStart([sys.executable, "-m", "nn", "predict", str(file), str(photo)], files)


def stored(model: Model) -> bytes:
    """A model with its first weights as a model file."""
    return ModelFile(
        architecture=model.spec,
        classes=tuple(f"class {number}" for number in range(CLASSES)),
        preprocessing=Preprocessing(
            size=model.side, stored=model.side, mean=(0.5,) * 3, std=(0.25,) * 3
        ),
        dataset="0" * 64,
        metrics={},
        versions={},
        weights=model.built().state(),
    ).encode()
