"""What an optimizer is: an update rule, and what it remembers of the gradients so far."""

from typing import ClassVar

import numpy as np

from nn.arrays import Array
from nn.errors import StateError


class Optimizer:
    """Moves p (P,) against g (P,), in place; its own vectors are saved in checkpoints by name.

    g <- g + decay * p         the gradient of decay / 2 * p^2, "L2"; or where `decoupled`
    p <- p - lr * decay * p    instead, which no slot sees (arXiv 1711.05101)
    """

    decoupled: ClassVar[bool] = False

    def __init__(self, decay: Array) -> None:
        """`decay` (P,): the decay of each parameter; zero for biases and normalisations."""
        self.decay = decay
        self.steps = 0
        self._slots: dict[str, Array] = {}
        self._work = np.empty_like(decay)

    def slot(self, name: str, value: float = 0.0) -> Array:
        """A new vector (P,) that is part of the state."""
        array = self._slots[name] = np.full_like(self.decay, value)
        return array

    def step(self, p: Array, g: Array, lr: float) -> None:
        """One step at rate lr; g is spent."""
        self.steps += 1
        work = np.multiply(p, self.decay, out=self._work)
        if self.decoupled:
            work *= lr
            p -= work
        else:
            g += work
        self._move(p, g, lr)

    def _move(self, p: Array, g: Array, lr: float) -> None:
        """The rule itself, once the decay is done."""
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
