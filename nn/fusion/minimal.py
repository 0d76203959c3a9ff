"""A convolution of 3 x 3 with the fewest products: less than half of the multiplications."""

import numpy as np

from nn.arrays import Array, Buffers, Shape
from nn.layers.conv import Conv2d
from nn.ops import winograd
from nn.ops.matmul import matmul
from nn.ops.planes import NO_POOL, Pool, spread
from nn.ops.window import Window

CELL = (2, 2)
CHANNELS = 32  # from here on the products saved are worth more than the sums that take their place


class Minimal:
    """The Product that Winograd's transforms make (nn.ops.winograd, nn.fusion.product)."""

    def __init__(self, conv: Conv2d, pool: Pool) -> None:
        self._window, self._pool = conv.window, pool
        height, width, self._d = conv.output_shape
        self._c: int = conv.params["weight"].shape[2]
        self._cells: int = height * width // 4
        self.partial_shape: Shape = (4, 4, self._c, self._d)
        self._kernel = np.full_like(conv.params["weight"], np.nan)
        self._u = np.empty(self.partial_shape, self._kernel.dtype)
        self._turned = np.empty((16, self._d, self._c), self._kernel.dtype)

    @staticmethod
    def suits(conv: Conv2d, pool: Pool) -> bool:
        """Whether a convolution can be computed so, and gains by it."""
        shaped = conv.window.bare() == Window.of(3) and pool in {NO_POOL, CELL}
        even = not any(size % 2 for size in conv.output_shape[:2])
        wide = min(conv.params["weight"].shape[2:]) >= CHANNELS
        return shaped and even and wide and conv.window.back() is not None

    def bytes_an_image(self, itemsize: int) -> int:
        return self._cells * (16 * (self._c + self._d) + 4 * self._d) * itemsize

    def use(self, kernel: Array) -> None:
        if not np.array_equal(kernel, self._kernel):  # sooner seen than transformed again
            self._kernel[...] = kernel
            winograd.kernel_transform(kernel, out=self._u)
        self._matrices = _matrices(self._u)

    def turn(self) -> None:
        np.copyto(self._turned, self._matrices.swapaxes(1, 2))  # BLAS would do it at every tile

    def forward(self, x: Array, planes: Array, scratch: Buffers) -> None:
        v = winograd.input_transform(x, scratch)
        m = scratch.planes("m", (*v.shape[:-1], self._d), x.dtype)
        matmul(_matrices(v), self._matrices, out=_matrices(m))
        if self._pool == CELL:
            winograd.output_transform(m, out=_cells(planes))
        else:
            cells = scratch.planes("cells", (*CELL, *m.shape[2:]), x.dtype)
            winograd.output_transform(m, out=cells)
            spread(cells.reshape(4, *m.shape[2:]), CELL, out=planes[0])

    def backward(
        self, x: Array, planes: Array, partial: Array, dx: Array | None, scratch: Buffers
    ) -> None:
        v = winograd.input_transform(x, scratch)
        dm = scratch.planes("m", (*v.shape[:-1], self._d), x.dtype)
        winograd.output_transform_dx(self._gradients(planes, scratch), out=dm)
        np.matmul(_matrices(v).swapaxes(1, 2), _matrices(dm), out=_matrices(partial))
        if dx is not None:
            matmul(_matrices(dm), self._turned, out=_matrices(v))
            rows, columns = self._window
            border = rows.before, columns.before
            winograd.input_transform_dx(v, border=border, out=dx, scratch=scratch)

    def _gradients(self, planes: Array, scratch: Buffers) -> Array:
        """The gradients of planes, cell by cell: (2, 2, n, h, w, D)."""
        if self._pool == CELL:
            return _cells(planes)
        _, n, height, width, d = planes.shape
        cells = scratch.planes("cells", (*CELL, n, height // 2, width // 2, d), planes.dtype)
        pairs = planes.reshape(n, height // 2, 2, width // 2, 2, d)
        np.copyto(cells, pairs.transpose(2, 4, 0, 1, 3, 5))
        return cells

    def gradient(self, partial: Array, *, out: Array) -> None:
        winograd.kernel_transform_dx(partial, out=out)


def _cells(planes: Array) -> Array:
    """The planes of a pooling of 2 x 2 by their rows and columns, (2, 2, n, h, w, D)."""
    return planes.reshape(*CELL, *planes.shape[1:], copy=False)


def _matrices(x: Array) -> Array:
    """(4, 4, ..., C) as 16 matrices, (16, M, C), never a copy."""
    return x.reshape(16, -1, x.shape[-1], copy=False)
