"""Optimizers: they move a model's flat parameter vector p (P,) against its gradient g (P,).

They work in place and keep their own vectors, which a checkpoint saves by name.
"""

import numpy as np

from nn.arrays import Array
from nn.errors import StateError


class Adam:
    """Adam (arXiv 1412.6980) with L2 decay, in PyTorch's form: eps after the bias correction.

    g <- g + decay * p
    m <- b1 m + (1 - b1) g
    v <- b2 v + (1 - b2) g^2
    p <- p - lr * (m / (1 - b1^t)) / (sqrt(v / (1 - b2^t)) + eps)
    """

    decoupled = False

    def __init__(
        self, decay: Array, *, betas: tuple[float, float] = (0.9, 0.999), eps: float = 1e-8
    ) -> None:
        """`decay` (P,): the decay of each parameter; zero for biases and normalisations."""
        self.decay = decay
        self.betas = betas
        self.eps = eps
        self.steps = 0
        self.m = np.zeros_like(decay)
        self.v = np.zeros_like(decay)
        self._work = np.empty_like(decay)

    def step(self, p: Array, g: Array, lr: float) -> None:
        """One step at rate lr; g is spent."""
        self.steps += 1
        work, (b1, b2) = self._work, self.betas
        np.multiply(p, self.decay, out=work)
        if self.decoupled:
            work *= lr
            p -= work
        else:
            g += work
        self.m *= b1
        self.m += np.multiply(g, 1 - b1, out=work)
        self.v *= b2
        g *= g
        self.v += np.multiply(g, 1 - b2, out=work)
        np.divide(self.v, 1 - b2**self.steps, out=work)
        np.sqrt(work, out=work)
        work += self.eps
        np.divide(self.m, work, out=work)
        work *= lr / (1 - b1**self.steps)
        p -= work

    def state(self) -> dict[str, Array]:
        """m and v, as they are (not copied), and the number of steps."""
        return {"m": self.m, "v": self.v, "steps": np.array(self.steps)}

    def load_state(self, state: dict[str, Array]) -> None:
        """Go on from a saved state. Raises StateError if it is another optimizer's."""
        shapes = {name: array.shape for name, array in state.items()}
        if shapes != {name: array.shape for name, array in self.state().items()}:
            raise StateError(f"the optimizer's state does not fit the model: {shapes}")
        self.m[...], self.v[...] = state["m"], state["v"]
        self.steps = int(state["steps"])


class AdamW(Adam):
    """Adam with decay apart from the gradient (arXiv 1711.05101), as PyTorch's AdamW.

    p <- p - lr * decay * p   instead of the first line of Adam's
    """

    decoupled = True
