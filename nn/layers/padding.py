"""Padding as a layer of its own, where a convolution's zeros will not do."""

import numpy as np
import numpy.typing as npt

from nn.arrays import Array, Shape
from nn.errors import ArchitectureError
from nn.layers.sliding import Sliding
from nn.ops.padding import add_pixels, inside, pad, reflected, replicated, take_pixels
from nn.ops.window import Size
from nn.shards import Shard

MODES = {"zeros": None, "reflect": reflected, "replicate": replicated}


class Pad2d(Sliding):
    """An image amid a border: of zeros, of its mirror image, or of its edges going on.

    x  (N, H, W, C)
    y  (N, top + H + bottom, left + W + right, C)

    As PyTorch's ZeroPad2d, ReflectionPad2d and ReplicationPad2d.
    """

    kind = "pad"

    def __init__(self, padding: Size, *, mode: str = "zeros") -> None:
        super().__init__()
        self.slide(1, 1, padding, 1)
        if mode not in MODES:
            self.refuse("mode", f"one of {', '.join(MODES)}", mode)
        self.mode = mode

    def build(self, shape: Shape, rng: np.random.Generator | None, dtype: npt.DTypeLike) -> Shape:
        self.output_shape = (*self.places(shape), shape[-1])
        self.input_shape, (h, w, _) = shape, shape
        rows, columns = self.window
        if self.mode == "reflect" and any(
            max(axis.before, axis.after) >= size
            for axis, size in zip(self.window, (h, w), strict=True)
        ):
            raise ArchitectureError(
                f"a mirrored border as wide as an image of {h} x {w} has no end"
            )
        if show := MODES[self.mode]:
            self.rows = show(h, rows.before, rows.after)
            self.columns = show(w, columns.before, columns.after)
        return self.output_shape

    def forward(self, x: Array, step: int | None = None) -> Array:
        def work(shard: Shard) -> None:
            part, out = x[shard.rows], y[shard.rows]
            if self.mode == "zeros":
                pad(part, self.window.rows.before, self.window.columns.before, out=out)
            else:
                take_pixels(part, self.rows, self.columns, out=out, scratch=shard.scratch)

        y = self.buffer("y", (len(x), *self.output_shape), x.dtype)
        self.shards.map(work, len(x))
        return y

    def backward(self, dy: Array) -> Array:
        def work(shard: Shard) -> None:
            part, out = dy[shard.rows], dx[shard.rows]
            if self.mode == "zeros":
                out[...] = inside(part, self.window, *self.input_shape[:2])
            else:
                add_pixels(part, self.rows, self.columns, out=out, scratch=shard.scratch)

        dx = self.buffer("dx", (len(dy), *self.input_shape), dy.dtype)
        self.shards.map(work, len(dy))
        return dx
