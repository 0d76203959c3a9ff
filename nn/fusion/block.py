"""What fused blocks have in common: the layers they stand for, and how they multiply."""

from nn.fusion.direct import Direct
from nn.fusion.minimal import Minimal
from nn.fusion.product import Product
from nn.layers.conv import Conv2d
from nn.layers.layer import Layer
from nn.layers.normalization import BatchNorm
from nn.ops.planes import Pool


class Block(Layer):
    """Stands for a convolution and what directly follows: BatchNorm, ReLU, max pooling.

    x  (N, H, W, C)
    y  (N, H' / p, W' / q, D)    for a pooling of p x q places
    """

    kind = "block"

    def __init__(self, conv: Conv2d, norm: BatchNorm | None, *, relu: bool, pool: Pool) -> None:
        super().__init__()
        self.conv, self.norm, self.relu, self.pool = conv, norm, relu, pool
        height, width, d = conv.output_shape
        self.output_shape = (height // pool[0], width // pool[1], d)
        self.product: Product = (Minimal if Minimal.suits(conv, pool) else Direct)(conv, pool)
        self._itemsize = conv.params["weight"].itemsize
