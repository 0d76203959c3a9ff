"""Windows: how a kernel slides over an image, and the parts a batch is worked through in."""

from collections.abc import Iterator
from dataclasses import dataclass

from nn.arrays import Array

TILE_BYTES = 1 << 20  # about a core's second-level cache


@dataclass(frozen=True, slots=True)
class Window:
    """The window of a convolution or a pooling: K x K pixels, moved by `stride`."""

    kernel: int
    stride: int = 1
    padding: int = 0  # pixels added on each of the four sides

    def output(self, size: int) -> int:
        """How many places the window has along `size` pixels: (size + 2P - K) / S + 1, floored.

        >>> Window(kernel=2, stride=1, padding=1).output(6)
        7
        """
        return (size + 2 * self.padding - self.kernel) // self.stride + 1


def tiles(n: int, bytes_each: int) -> Iterator[slice]:
    """Cut n images into the fewest runs of about equal length that fit the cache."""
    count = -(-n // max(1, TILE_BYTES // bytes_each))
    for i in range(count):
        yield slice(i * n // count, (i + 1) * n // count)


def pad(x: Array, p: int, *, value: float = 0.0, out: Array) -> Array:
    """Put x amid a border of p pixels: (N, H, W, C) -> (N, H + 2P, W + 2P, C)."""
    if p:
        out[:, :p] = out[:, -p:] = value
        out[:, p:-p, :p] = out[:, p:-p, -p:] = value
    _, h, w, _ = x.shape
    out[:, p : p + h, p : p + w] = x
    return out
