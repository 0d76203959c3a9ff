"""The mask of dropout."""

import numpy as np

from nn.arrays import Array, Buffers


def inverted_mask(chance: Array, p: float, *, out: Array, scratch: Buffers) -> Array:
    """0 where the chance, evenly spread from 0 to 1, is below p, else 1 / (1 - p); any shape.

    "Inverted": what is kept grows by as much as is lost, so that inference does nothing.
    """
    kept = np.greater_equal(chance, p, out=scratch("kept", chance.shape, bool))
    np.copyto(out, kept)
    out /= 1 - p
    return out
