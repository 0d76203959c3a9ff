"""Errors raised by the network library and the stage built on it.

NNError
├── ArchitectureError   a list of layers, or a preset, cannot become a model
├── StateError          saved arrays do not fit the model, optimiser or run they are loaded into
├── DivergedError       the numbers of a training have left all bounds
└── ModelFileError      a model or checkpoint file is not whole, or not one of ours
"""

LONGEST = 300  # characters of what an error says of a file


class NNError(Exception):
    """Base of everything this package raises on purpose."""


class ArchitectureError(NNError):
    """A list of layers cannot become a model: an unknown name, or shapes that do not fit."""


class StateError(NNError):
    """Saved arrays do not fit what they are loaded into."""


class DivergedError(NNError):
    """Training has left the finite numbers."""

    def __init__(self, epoch: int, lr: float, found: str = "the loss is no longer finite") -> None:
        """`found` says where: which numbers of which layer."""
        super().__init__(
            f"training diverged in epoch {epoch} at a learning rate of {lr:.3g}: {found}; "
            f"try a smaller lr, or clip_norm 1"
        )
        self.epoch = epoch
        self.lr = lr


class ModelFileError(NNError):
    """A model or checkpoint file is not whole, or not one of ours."""


def one_line(error: Exception) -> str:
    """What an error says, as one short line: a file that was read may have a say in it."""
    text = "".join(letter if letter.isprintable() else " " for letter in str(error))
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
