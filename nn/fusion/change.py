"""What normalisation and pooling make of a gradient on its way back to the convolution."""

from typing import NamedTuple

from nn.arrays import Array, Buffers
from nn.ops.normalization import in_runs, wide
from nn.ops.planes import max_of_dx


class Change(NamedTuple):
    """draw = scale * dy at the tops + slope * raw + shift, by channel, repeated for a run."""

    scale: Array
    slope: Array
    shift: Array

    @classmethod
    def of(cls, scale: Array, slope: Array, shift: Array, like: Array) -> "Change":
        """From vectors (D,), for images (N, h, w, D) like these."""
        return cls(*(wide(vector, like) for vector in (scale, slope, shift)))

    def apply(self, planes: Array, top: Array, dy: Array, scratch: Buffers) -> None:
        """Turn what the convolution made of a tile into its gradient, in its place; dy is spent.

        planes  (p q, n, h, w, D)
        top     (n, h, w, D), the largest of them, or the only one
        dy      (n, h, w, D)
        """
        g = in_runs(dy, self.scale)
        g *= self.scale
        if len(planes) > 1:
            shares = scratch("shares", planes.shape, dy.dtype)
            g = in_runs(max_of_dx(planes, top, dy, out=shares, scratch=scratch), self.slope)
        raw = in_runs(planes, self.slope)
        raw *= self.slope
        raw += self.shift
        raw += g
