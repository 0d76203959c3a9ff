"""What fused blocks have in common: the layers they stand for, and the tiles they work in."""

import math
from collections.abc import Iterator

from nn.arrays import Array, Buffers
from nn.layers.conv import Conv2d
from nn.layers.layer import Layer
from nn.layers.normalization import BatchNorm
from nn.ops.padding import bordered
from nn.ops.planes import Pool, patches
from nn.ops.window import tiles_within


class Block(Layer):
    """Stands for a convolution and what directly follows: BatchNorm, ReLU, max pooling.

    x  (N, H, W, C)
    y  (N, H' / p, W' / q, D)    for a pooling of p x q places
    """

    kind = "block"
    takes_border = False  # whether inputs come with the border that the convolution needs

    def __init__(self, conv: Conv2d, norm: BatchNorm | None, *, relu: bool, pool: Pool) -> None:
        super().__init__()
        self.conv, self.norm, self.relu, self.pool = conv, norm, relu, pool
        height, width, d = conv.output_shape
        self.output_shape = (height // pool[0], width // pool[1], d)

    def _seen(self, x: Array, scratch: Buffers) -> Array:
        """The patches of images (n, H, W, C), as planes (nn.ops.planes)."""
        if not self.takes_border:
            x = bordered(x, self.conv.window, scratch)
        return patches(x, self.conv.window, self.pool)

    def _tiles(self, rows: slice) -> Iterator[slice]:
        """Parts of these rows of a batch whose patches and outputs fit the cache together."""
        height, width, d = self.conv.output_shape
        weight = self.conv.params["weight"]
        each = height * width * (d + weight[..., 0].size) * weight.itemsize
        return tiles_within(rows, each)

    def _pooled_tiles(self, rows: slice) -> Iterator[slice]:
        """Parts whose outputs fit the cache."""
        return tiles_within(
            rows, math.prod(self.output_shape) * self.conv.params["weight"].itemsize
        )
