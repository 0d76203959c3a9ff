"""A convolution as one product of its patches with the kernel; any kernel, any pooling."""

import math

from nn.arrays import Array, Buffers, Shape
from nn.layers.conv import Conv2d
from nn.ops.convolution import conv2d, conv2d_dx, half_turned
from nn.ops.matmul import matmul, matmul_dw
from nn.ops.padding import cleared
from nn.ops.planes import Pool, gathered, patches, spread


class Direct:
    """The Product that im2col makes (nn.fusion.product)."""

    def __init__(self, conv: Conv2d, pool: Pool) -> None:
        self._conv, self._pool = conv, pool
        self._window, self._places = conv.window, conv.output_shape
        self.partial_shape: Shape = conv.params["weight"].shape

    def bytes_an_image(self, itemsize: int) -> int:
        height, width, d = self._places
        return height * width * (d + math.prod(self.partial_shape[:3])) * itemsize

    def use(self, kernel: Array) -> None:
        self._kernel = kernel

    def turn(self) -> None:
        self._turned = half_turned(self._kernel)

    def forward(self, x: Array, planes: Array, scratch: Buffers) -> None:
        col = gathered(patches(x, self._window, self._pool), scratch)
        matmul(col, _matrix(self._kernel), out=_matrix(planes))

    def backward(
        self, x: Array, planes: Array, partial: Array, dx: Array | None, scratch: Buffers
    ) -> None:
        col = gathered(patches(x, self._window, self._pool), scratch)
        matmul_dw(col, _matrix(planes), out=_matrix(partial), scratch=scratch)
        if dx is not None:
            self._go_back(planes, dx, scratch)

    def _go_back(self, planes: Array, dx: Array, scratch: Buffers) -> None:
        height, width, d = self._places
        if back := self._window.back():
            padded = scratch("back", (len(dx), *back.padded(height, width), d), dx.dtype)
            spread(planes, self._pool, out=cleared(padded, back, height, width))
            conv2d(padded, self._turned, back.bare(), out=dx, scratch=scratch)
        else:
            image = scratch("back", (len(dx), height, width, d), dx.dtype)
            spread(planes, self._pool, out=image)
            conv2d_dx(image, self._kernel, self._window, out=dx, scratch=scratch)

    def gradient(self, partial: Array, *, out: Array) -> None:
        out[...] = partial


def _matrix(x: Array) -> Array:
    """(..., D) as a matrix (M, D), never a copy."""
    return x.reshape(-1, x.shape[-1], copy=False)
