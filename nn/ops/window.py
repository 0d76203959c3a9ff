"""Windows: how a kernel slides over an image, and the parts a batch is worked through in."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple, Self, TypeAlias

import numpy as np

from nn.arrays import Array

TILE_BYTES = 1 << 21  # fewer and longer calls outweigh what leaves a smaller second-level cache

Size: TypeAlias = int | Sequence[int]  # the same for rows and columns, or each its own


@dataclass(frozen=True, slots=True)
class Axis:
    """How a window moves along the rows, or the columns, of an image."""

    kernel: int  # pixels that the window sees
    stride: int = 1  # pixels from one place of the window to the next
    before: int = 0  # pixels of padding at the start
    after: int = 0  # and at the end
    dilation: int = 1  # pixels from one that the window sees to the next
    ceil: bool = False  # a last window may hang over the end, if it starts before it

    @property
    def span(self) -> int:
        """The pixels from the first that the window sees to the last, both included."""
        return self.dilation * (self.kernel - 1) + 1

    def output(self, size: int) -> int:
        """How many places the window has along `size` pixels: (size + 2P - K) / S + 1, floored.

        >>> Axis(kernel=2, stride=1, before=1, after=1).output(6)
        7

        The formula is exact only where the division leaves no rest. Else the last pixels are left
        out, unless `ceil` lets a window hang over them:

        >>> Axis(kernel=3, stride=2).output(8), Axis(kernel=3, stride=2, ceil=True).output(8)
        (3, 4)

        With `ceil` a window that is larger than the image has one place, where it sees all of it:

        >>> Axis(kernel=3, stride=2).output(1), Axis(kernel=3, stride=2, ceil=True).output(1)
        (0, 1)
        """
        free = size + self.before + self.after - self.span
        if not self.ceil:
            return max(0, free // self.stride + 1)
        count = -(-free // self.stride) + 1
        return max(1, count - ((count - 1) * self.stride >= size + self.before))

    def padded(self, size: int) -> int:
        """The pixels of the image with its padding, and with all that a last window hangs over."""
        reach = (self.output(size) - 1) * self.stride + self.span
        return max(size + self.before + self.after, reach)

    def back(self) -> "Axis":
        """The axis that leads from outputs of this one, of stride 1, back to its inputs."""
        before, after = self.span - 1 - self.before, self.span - 1 - self.after
        return Axis(self.kernel, 1, before, after, self.dilation)

    def divides(self, size: int) -> bool:
        """Whether the places lie side by side and cover `size` pixels, with none left over.

        >>> Axis(kernel=2, stride=2).divides(8), Axis(kernel=3, stride=2).divides(9)
        (True, False)
        """
        bare = not self.before and not self.after and self.dilation == 1
        return bare and self.kernel == self.stride and size % self.kernel == 0

    def counts(self, size: int, *, padding: bool) -> Array:
        """How many pixels the window sees at each place; those of the padding if it counts."""
        places = np.arange(self.output(size)) * self.stride - self.before
        seen = places[:, None] + np.arange(self.kernel) * self.dilation
        start, stop = (-self.before, size + self.after) if padding else (0, size)
        counts: Array = ((start <= seen) & (seen < stop)).sum(axis=1)
        return counts


class Window(NamedTuple):
    """The window of a convolution or a pooling: along the rows and along the columns."""

    rows: Axis
    columns: Axis

    @classmethod
    def of(
        cls,
        kernel: Size,
        stride: Size = 1,
        padding: Size = 0,
        dilation: Size = 1,
        *,
        ceil: bool = False,
    ) -> Self:
        """From numbers for both axes, pairs (rows, columns), or a padding (top, left, bottom,
        right).

        >>> Window.of(3, padding=1) == Window.of((3, 3), padding=(1, 1, 1, 1))
        True
        """
        starts, ends = _pair(padding), _pair(padding)
        if isinstance(padding, Sequence) and len(padding) == 4:
            starts, ends = tuple(padding[:2]), tuple(padding[2:])
        axes = zip(_pair(kernel), _pair(stride), starts, ends, _pair(dilation), strict=True)
        return cls(*(Axis(*numbers, ceil) for numbers in axes))

    def output(self, h: int, w: int) -> tuple[int, int]:
        """The places of the window: (H, W) -> (H', W')."""
        return self.rows.output(h), self.columns.output(w)

    def padded(self, h: int, w: int) -> tuple[int, int]:
        """The size of the image with its border: (H, W) -> (H, W), not smaller."""
        return self.rows.padded(h), self.columns.padded(w)

    def back(self) -> "Window | None":
        """The window that leads from the outputs of a convolution back to its inputs, of stride 1.

        None where the stride is not 1, or the padding wider than the kernel reaches.
        """
        if all(a.stride == 1 and max(a.before, a.after) < a.span for a in self):
            return Window(*(axis.back() for axis in self))
        return None

    def divides(self, h: int, w: int) -> bool:
        """Whether an image is cut into windows, with nothing left over."""
        return self.rows.divides(h) and self.columns.divides(w)

    def bare(self) -> "Window":
        """The same for images that have their border already."""
        return Window(*(replace(axis, before=0, after=0) for axis in self))


def _pair(size: Size) -> tuple[int, ...]:
    return (size, size) if isinstance(size, int) else tuple(size)


def tiles(n: int, bytes_each: int) -> Sequence[slice]:
    """Cut n images into the fewest runs of about equal length that fit the cache."""
    return _tiles(0, n, bytes_each)


def tiles_within(rows: slice, bytes_each: int) -> Sequence[slice]:
    """The same for some rows of a batch, counted as in the batch."""
    return _tiles(rows.start, rows.stop, bytes_each)


@lru_cache(maxsize=4096)  # the same are asked for at every step
def _tiles(start: int, stop: int, bytes_each: int) -> Sequence[slice]:
    n = stop - start
    count = -(-n // max(1, TILE_BYTES // bytes_each))
    borders = [start + i * n // count for i in range(count + 1)]
    return [slice(*ends) for ends in pairwise(borders)]
