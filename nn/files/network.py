"""From a model file to the network it describes, in memory: refused before it costs more."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from nn.budget import weights_needed
from nn.errors import ArchitectureError, ModelFileError, StateError, one_line
from nn.files.modelfile import ModelFile
from nn.model import Sequential


def network(file: ModelFile) -> Sequential:
    """The network with its weights, that takes images (S, S, 3) and gives a number a class.

    Memory is taken for no more numbers than the file holds, and only if predicting stays within
    the budget. Raises ArchitectureError, StateError.
    """
    model = Sequential.from_spec(file.architecture)
    shape = (file.preprocessing.size, file.preprocessing.size, 3)
    needed, held = weights_needed(model, shape), sum(w.size for w in file.weights.values())
    if needed != held:
        raise StateError(f"its layers have {needed} weights, but it holds {held}")
    outputs = model.build(shape)
    if outputs != (len(file.classes),):
        raise ArchitectureError(f"outputs {outputs} for {len(file.classes)} classes")
    with np.errstate(over="ignore"):
        model.load_state(file.weights)
    for name, array in model.state().items():
        if not np.isfinite(array).all() or (name.endswith("running_var") and array.min() < 0):
            raise StateError(f"{name} holds what is no weight: an infinite number or none at all")
    return model


@contextmanager
def naming(path: Path | str) -> Iterator[None]:
    """Within this context what is wrong with a file is told as a ModelFileError that names it."""
    try:
        with enough_memory(path):
            yield
    except (ArchitectureError, StateError, ArithmeticError, TypeError, ValueError) as error:
        raise ModelFileError(
            f"{path} describes no network that can be built: {one_line(error)}"
        ) from error


@contextmanager
def enough_memory(path: Path | str) -> Iterator[None]:
    """Within this context a model that does not fit the memory is a ModelFileError."""
    try:
        yield
    except MemoryError as error:
        raise ModelFileError(f"{path} takes more memory than there is") from error
