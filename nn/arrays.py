"""Names for arrays and shapes, and buffers that are reused from call to call."""

import math
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Array: TypeAlias = npt.NDArray[Any]
Shape: TypeAlias = tuple[int, ...]

GAP = 16  # numbers between planes: a line of the cache in float32


class Buffers:
    """Uninitialised arrays by name, reused from call to call and grown when too small.

    Fresh large arrays are costly: the system hands out their pages one fault at a time.
    """

    def __init__(self) -> None:
        self._flat: dict[tuple[str, np.dtype[Any]], Array] = {}
        self._shaped: dict[tuple[str, Shape, npt.DTypeLike], Array] = {}  # as they were asked for
        self._planes: dict[tuple[str, Shape, npt.DTypeLike], Array] = {}

    def __call__(self, name: str, shape: Shape, dtype: npt.DTypeLike) -> Array:
        """The buffer `name` as an array of this shape; what it held before is undefined."""
        shaped = self._shaped.get((name, shape, dtype))
        if shaped is None:
            shaped = self._shaped[name, shape, dtype] = self._shape(name, shape, np.dtype(dtype))
        return shaped

    def _shape(self, name: str, shape: Shape, dtype: np.dtype[Any]) -> Array:
        size = math.prod(shape)
        flat = self._flat.get((name, dtype))
        if flat is None or flat.size < size:
            flat = self._flat[name, dtype] = np.empty(size, dtype)
            self._shaped.clear()  # those of this name show the smaller one
            self._planes.clear()
        return flat[:size].reshape(shape)

    def planes(self, name: str, shape: Shape, dtype: npt.DTypeLike) -> Array:
        """The same for planes (i, j, ...), each in one piece, with a gap after each.

        Side by side, numbers at the same place of planes of 2^k bytes compete for a few lines of
        the cache, and a product over all planes throws out what it needs next.
        """
        planes = self._planes.get((name, shape, dtype))
        if planes is None:
            size = math.prod(shape[2:])
            apart = self(name, (shape[0] * shape[1], size + GAP), dtype)
            planes = self._planes[name, shape, dtype] = apart[:, :size].reshape(shape)
        return planes
