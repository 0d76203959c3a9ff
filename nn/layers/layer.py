"""What a layer is: a differentiable function that owns its parameters and buffers."""

from collections.abc import Sequence
from typing import ClassVar, NoReturn

import numpy as np
import numpy.typing as npt

from nn.arrays import Array, Buffers, Shape
from nn.errors import ArchitectureError
from nn.ops.window import Size
from nn.shards import Shards


class Layer:
    """A differentiable function of a batch, over arrays with the channels last.

    `forward` remembers what `backward` needs, so in training the calls come in pairs. Results
    live in buffers: they hold until the next `forward`, and `backward` may overwrite `dy`.
    Arithmetic is in `ops`; a layer hands it the rows of one shard after another.
    """

    kind: ClassVar[str]  # the word that layers of a model are named by: conv1, conv2
    needs_dx = True  # off where nothing below learns
    output_shape: Shape  # without N, after `build`

    def __init__(self) -> None:
        self.params: dict[str, Array] = {}
        self.grads: dict[str, Array] = {}
        self.running: dict[str, Array] = {}  # state that is measured, not learned
        self.buffer = Buffers()
        self.shards = Shards(1)

    @property
    def inner(self) -> "dict[str, Layer]":
        """The layers it is made of, by their paths, if it is made of any."""
        return {}

    def build(self, shape: Shape, rng: np.random.Generator | None, dtype: npt.DTypeLike) -> Shape:
        """Create the parameters for inputs of `shape` (without N); return the output's shape.

        Without `rng` random weights stay zero: they are about to be loaded.
        """
        return shape

    def forward(self, x: Array, step: int | None = None) -> Array:
        """y of x. `step` is the number of the training step, None outside training."""
        raise NotImplementedError

    def backward(self, dy: Array) -> Array:
        """Fill `grads` and return dx, given dy = dloss/dy in the shape of y."""
        raise NotImplementedError

    def learn(self, **params: Array) -> None:
        """Take arrays as parameters, with gradients of the same shapes."""
        self.params = params
        self.grads = {name: np.zeros_like(p) for name, p in params.items()}

    def at_least(self, least: int, **arguments: Size) -> None:
        """Raise ArchitectureError for an argument that is below `least`, or has a number below."""
        for name, value in arguments.items():
            if min(value if isinstance(value, Sequence) else [value], default=least) < least:
                self.refuse(name, f"at least {least}", value)

    def refuse(self, name: str, wanted: str, value: object) -> NoReturn:
        """Raise ArchitectureError for the value of an argument."""
        raise ArchitectureError(f"{name} of {type(self).__name__} must be {wanted}, got {value}")

    def expect(self, shape: Shape, axes: int, what: str) -> None:
        """Raise ArchitectureError unless the input has so many axes (without N)."""
        if len(shape) != axes:
            raise ArchitectureError(
                f"{type(self).__name__} takes {what}, but its input is {shape} an image"
            )
