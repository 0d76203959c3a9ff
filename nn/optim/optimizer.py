"""What an optimizer is: an update rule, and what it remembers of the gradients so far."""

from typing import ClassVar, NamedTuple

import numpy as np

from nn.arrays import Array
from nn.errors import StateError
from nn.ops.window import TILE_BYTES, tiles_within
from nn.shards import Shard, Shards

PIECE = 1 << 16  # numbers of each vector that are worked through at once


class Piece(NamedTuple):
    """A part of all vectors, short enough to stay in cache from one operation to the next."""

    p: Array
    g: Array
    work: Array  # what it holds is undefined
    slots: dict[str, Array]


class Optimizer:
    """Moves p (P,) against g (P,), in place; its own vectors are saved in checkpoints by name.

    g <- g + decay * p         the gradient of decay / 2 * p^2, "L2"; or where `decoupled`
    p <- p - lr * decay * p    instead, which no slot sees (arXiv 1711.05101)
    """

    decoupled: ClassVar[bool] = False

    def __init__(self, decay: Array) -> None:
        """`decay` (P,): the decay of each parameter; zero for biases and normalisations."""
        self.decay = decay
        self._decays = bool(decay.any())
        self.steps = 0
        self._slots: dict[str, Array] = {}
        self._alone = Shards(1)

    def slot(self, name: str, value: float = 0.0) -> Array:
        """A new vector (P,) that is part of the state."""
        array = self._slots[name] = np.full_like(self.decay, value)
        return array

    def step(self, p: Array, g: Array, lr: float, shards: Shards | None = None) -> None:
        """One step at rate lr, on the threads of the shards, if any; g is spent."""

        def work(shard: Shard) -> None:
            for part in tiles_within(shard.rows, TILE_BYTES // PIECE):
                slots = {name: slot[part] for name, slot in self._slots.items()}
                space = shard.scratch("work", (part.stop - part.start,), p.dtype)
                self._step(Piece(p[part], g[part], space, slots), self.decay[part], lr)

        self.steps += 1
        (shards or self._alone).map(work, len(p))

    def _step(self, at: Piece, decay: Array, lr: float) -> None:
        if self._decays:
            work = np.multiply(at.p, decay, out=at.work)
            if self.decoupled:
                work *= lr
                at.p[...] -= work
            else:
                at.g[...] += work
        self._move(at, lr)

    def _move(self, at: Piece, lr: float) -> None:
        """The rule itself, once the decay is done; g is spent."""
        raise NotImplementedError

    def state(self) -> dict[str, Array]:
        """The slots, as they are (not copied), and the number of steps."""
        return {**self._slots, "steps": np.array(self.steps)}

    def load_state(self, state: dict[str, Array]) -> None:
        """Go on from a saved state. Raises StateError if it is another optimizer's."""
        shapes = {name: array.shape for name, array in state.items()}
        if shapes != {name: array.shape for name, array in self.state().items()}:
            raise StateError(f"the optimizer's state does not fit the model: {shapes}")
        for name, array in self._slots.items():
            array[...] = state[name]
        self.steps = int(state["steps"])


def root(h: Array, eps: float, *, inside: bool, out: Array) -> Array:
    """sqrt(h) + eps, or sqrt(h + eps) where eps stands inside: what a step is divided by."""
    if inside:
        return np.sqrt(np.add(h, eps, out=out), out=out)
    return np.add(np.sqrt(h, out=out), eps, out=out)
