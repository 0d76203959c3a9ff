"""Names for arrays and shapes, and buffers that are reused from call to call."""

import math
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Array: TypeAlias = npt.NDArray[Any]
Shape: TypeAlias = tuple[int, ...]


class Buffers:
    """Uninitialised arrays by name, reused from call to call and grown when too small.

    Fresh large arrays are costly: the system hands out their pages one fault at a time.
    """

    def __init__(self) -> None:
        self._flat: dict[tuple[str, np.dtype[Any]], Array] = {}

    def __call__(self, name: str, shape: Shape, dtype: npt.DTypeLike) -> Array:
        """The buffer `name` as an array of this shape; what it held before is undefined."""
        key, size = (name, np.dtype(dtype)), math.prod(shape)
        flat = self._flat.get(key)
        if flat is None or flat.size < size:
            flat = self._flat[key] = np.empty(size, dtype)
        return flat[:size].reshape(shape)
