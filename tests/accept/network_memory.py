"""A process that trains a model, or predicts with it, and prints how far its memory grew."""

import json
import sys
from pathlib import Path

import numpy as np

from nn.architecture import expand
from nn.arrays import Array
from nn.config import TrainConfig
from nn.files.checkpoint import Checkpoint
from nn.memory import to_predict, to_train
from nn.model import Sequential
from nn.shards import one_blas_thread
from nn.training.data import TrainData
from nn.training.train import Training

STEPS = 3
VALIDATED = 256  # images


def main(name: str, width: str, size: str, batch: str, job: str) -> None:
    """Do the job; print bytes grown and bytes predicted as JSON."""
    config = TrainConfig(epochs=1, batch_size=int(batch), threads=2)
    model = Sequential.from_spec(expand(name, classes=10, width=float(width)))
    shape = (int(size), int(size), 3)
    with one_blas_thread():  # BLAS takes its own memory at its first product
        np.ones((64, 64), np.float32) @ np.ones((64, 64), np.float32)
    before = status("VmRSS")
    if job == "train":
        train(model, config, shape)
    else:
        predict(model, shape)
    grown = status("VmHWM") - before
    predicted = to_train(model, config) if job == "train" else to_predict(model)
    print(json.dumps({"grown": grown, "predicted": predicted}))


def train(model: Sequential, config: TrainConfig, shape: tuple[int, ...]) -> None:
    """A few steps, a validation, and the checkpoint after them."""

    def images(chosen: Array, epoch: int) -> Array:
        return np.full((len(chosen), *shape), 0.5, np.float32)

    model.build(shape, np.random.default_rng(0))
    labels = np.arange(STEPS * config.batch_size) % 10
    data = TrainData(
        labels=labels,
        images=images,
        val_labels=np.arange(VALIDATED) % 10,
        val_images=lambda chosen: images(chosen, 0),
    )
    training = Training(config, model, data)
    history = tuple(training.epochs())
    arrays, facts = training.state()
    Checkpoint(run={}, arrays=arrays, facts=facts, history=history).encode()


def predict(model: Sequential, shape: tuple[int, ...]) -> None:
    """One block of images, with weights as from a file."""
    model.build(shape)
    weights = {name: array.copy() for name, array in model.state().items()}
    model.load_state(weights)
    model.logits(np.ones((model.block, *shape), np.float32))


def status(name: str) -> int:
    """Bytes of a line of /proc/self/status: VmRSS what is resident, VmHWM the most so far."""
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(name))


if __name__ == "__main__":
    main(*sys.argv[1:])
