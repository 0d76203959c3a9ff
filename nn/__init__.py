"""The network library: layers, training and prediction in NumPy alone.

Names of the library are imported when they are first used, so that help and configuration need
no NumPy.
"""

from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nn.config import TrainConfig
from nn.errors import ArchitectureError, DivergedError, ModelFileError, NNError, StateError

if TYPE_CHECKING:
    from nn.architecture import expand, preset, read_spec
    from nn.estimator.classifier import CNNClassifier
    from nn.model import Sequential
    from nn.ops.softmax import softmax
    from nn.training.data import TrainData
    from nn.training.train import EpochRow, Training

__all__ = [
    "ArchitectureError",
    "CNNClassifier",
    "DivergedError",
    "EpochRow",
    "ModelFileError",
    "NNError",
    "Sequential",
    "StateError",
    "TrainConfig",
    "TrainData",
    "Training",
    "expand",
    "preset",
    "read_spec",
    "run",
    "softmax",
]

LIBRARY = {
    "CNNClassifier": "nn.estimator.classifier",
    "EpochRow": "nn.training.train",
    "Sequential": "nn.model",
    "TrainData": "nn.training.data",
    "Training": "nn.training.train",
    "expand": "nn.architecture",
    "preset": "nn.architecture",
    "read_spec": "nn.architecture",
    "softmax": "nn.ops.softmax",
}


def __getattr__(name: str) -> Any:
    if name not in LIBRARY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(LIBRARY[name]), name)


def run(
    config: TrainConfig,
    dataset: Path,
    out: Path,
    *,
    restart: bool = False,
    watch: Callable[[Iterator["EpochRow"]], Iterator["EpochRow"]] = iter,
) -> Path:
    """Train on a dataset.json, into the folder `out`; return the path of its model.safetensors.

    Run again, it goes on where it was stopped; finished, it does nothing. Another config or
    dataset is refused unless `restart`. `watch` may wrap the epochs to show them. Raises NNError.
    """
    from nn import stage  # late: a configuration can be read without NumPy

    return stage.run(config, dataset, out, restart=restart, watch=watch)
