"""What fused blocks have in common: the layers they stand for, and the tiles they work in."""

import math
from collections.abc import Iterator

from nn.arrays import Array, Buffers
from nn.fusion.direct import Direct
from nn.fusion.minimal import Minimal
from nn.fusion.product import Product
from nn.layers.conv import Conv2d
from nn.layers.layer import Layer
from nn.layers.normalization import BatchNorm
from nn.ops.padding import bordered
from nn.ops.planes import Pool
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
        self.itemsize = conv.params["weight"].itemsize
        self.product = _product(conv, pool)

    def _bordered(self, x: Array, scratch: Buffers) -> Array:
        """Images with the border that the convolution needs."""
        return x if self.takes_border else bordered(x, self.conv.window, scratch)

    def _tiles(self, rows: slice) -> Iterator[slice]:
        """Parts of these rows of a batch that stay in cache on their way."""
        return tiles_within(rows, self.product.bytes_an_image(self.itemsize))

    def _pooled_tiles(self, rows: slice) -> Iterator[slice]:
        """Parts whose outputs fit the cache."""
        return tiles_within(
            rows, math.prod(self.output_shape) * self.conv.params["weight"].itemsize
        )


def _product(conv: Conv2d, pool: Pool) -> Product:
    """The quickest way to compute a convolution."""
    return Minimal(conv, pool) if Minimal.suits(conv, pool) else Direct(conv, pool)
