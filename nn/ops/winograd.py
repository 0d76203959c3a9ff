"""Convolution of 3 x 3 with fewer multiplications: Winograd's minimal filtering F(2 x 2, 3 x 3).

    Y = A^T [ (G g G^T) * (B^T d B) ] A      (Lavin and Gray 2015, arXiv 1509.09308, section 4.1)

Four outputs Y of a cell of 2 x 2 places come from the 4 x 4 pixels d that they see by 16 products
instead of 36. With channels each of the 16 is a matrix product.

A cell is a window of a pooling of 2 x 2, so outputs come as its planes (nn.ops.planes): (2, 2, N,
h, w, D) for images of 2h x 2w places. U = G g G^T is (4, 4, C, D), V = B^T d B is (4, 4, N, h, w,
C), and their products M are (4, 4, N, h, w, D). A transform, rows and columns at once, is one
product with a small matrix, whose entries are 0 and 1 but for their signs: as sums it would take
eight passes, and threads would wait for each other at each of them.
"""

from functools import cache
from typing import Any, NamedTuple

import numpy as np

from nn.arrays import Array, Buffers
from nn.ops.planes import view

A = np.array([[1, 0], [1, 1], [1, -1], [0, -1]])
B = np.array([[1, 0, 0, 0], [0, 1, -1, 1], [-1, 1, 1, 0], [0, 0, 0, -1]])
G = np.array([[1, 0, 0], [0.5, 0.5, 0.5], [0.5, -0.5, 0.5], [0, 0, 1]])


def kernel_transform(g: Array, *, out: Array) -> Array:
    """(3, 3, C, D) -> U."""
    np.matmul(_transform("kernel", g.dtype).there, _rows(g), out=_rows(out))
    return out


def kernel_transform_dx(du: Array, *, out: Array) -> Array:
    """The adjoint: U -> (3, 3, C, D)."""
    np.matmul(_transform("kernel", du.dtype).back, _rows(du), out=_rows(out))
    return out


def input_transform(x: Array, scratch: Buffers) -> Array:
    """(N, 2h + 2, 2w + 2, C), with its border -> V."""
    n, height, width, c = x.shape
    shape = (4, 4, n, height // 2 - 1, width // 2 - 1, c)
    image, row, pixel, number = x.strides
    seen = view(x, shape, (row, pixel, image, 2 * row, 2 * pixel, number))
    d = scratch.planes("d", shape, x.dtype)
    np.copyto(d, seen)
    v = scratch.planes("v", shape, x.dtype)
    np.matmul(_transform("input", x.dtype).there, _lines(d), out=_lines(v))
    return v


def input_transform_dx(dv: Array, *, border: tuple[int, int], out: Array, scratch: Buffers) -> None:
    """The adjoint, every number added to the pixel it came from: V -> (N, 2h, 2w, C).

    `border`: rows above and columns to the left that the images had and `out` has not.
    """
    _, _, n, h, w, c = dv.shape
    d = scratch.planes("d", dv.shape, dv.dtype)
    np.matmul(_transform("input", dv.dtype).back, _lines(dv), out=_lines(d))
    # Pixels of even and odd rows and columns apart, (2, 2, n, h + 1, w + 1, C): cells are added
    # to their own pixels and to those of their neighbours in long runs.
    parts = scratch("parts", (2, 2, n, h + 1, w + 1, c), dv.dtype)
    parts.fill(0)
    cells = d.reshape(2, 2, 2, 2, n, h, w, c)
    for i in range(2):
        for j in range(2):
            parts[:, :, :, i : i + h, j : j + w] += cells[i, :, j]
    np.copyto(out.reshape(n, h, 2, w, 2, c, copy=False), _pixels(parts, border))


def _pixels(parts: Array, border: tuple[int, int]) -> Array:
    """Parts as pixels beside each other, without the border: (n, h, 2, w, 2, C), a view."""
    odd_rows, odd_columns, image, row, pixel, number = parts.strides
    _, _, n, h, w, c = parts.shape
    top, down = _steps(border[0], odd_rows, row)
    left, right = _steps(border[1], odd_columns, pixel)
    shape, strides = (n, h - 1, 2, w - 1, 2, c), (image, row, down, pixel, right, number)
    return np.ndarray(shape, parts.dtype, parts, top + left, strides)


def _steps(border: int, odd: int, pair: int) -> tuple[int, int]:
    """In bytes: where the first pixel after a border is, and how far from it the second.

    `odd`: from an even pixel to the odd one after it; `pair`: to the even one after that.
    """
    first, second = (at // 2 * pair + at % 2 * odd for at in (border, border + 1))
    return first, second - first


def output_transform(m: Array, *, out: Array) -> Array:
    """M -> (2, 2, N, h, w, D)."""
    np.matmul(_transform("output", m.dtype).there, _lines(m), out=_lines(out))
    return out


def output_transform_dx(dy: Array, *, out: Array) -> Array:
    """The adjoint: (2, 2, N, h, w, D) -> M."""
    np.matmul(_transform("output", dy.dtype).back, _lines(dy), out=_lines(out))
    return out


class _Transform(NamedTuple):
    """The matrix of a transform, for rows and columns at once, and that of its adjoint.

    Each lies in memory as it is read: BLAS is slow to turn a small matrix.
    """

    there: Array
    back: Array


@cache
def _transform(name: str, dtype: np.dtype[Any]) -> _Transform:
    """Of the kernel (16, 9), the input (16, 16) or the output (4, 16)."""
    matrix = {"kernel": G, "input": B.T, "output": A.T}[name]
    both = np.kron(matrix, matrix).astype(dtype)
    return _Transform(both, np.ascontiguousarray(both.T))


def _rows(w: Array) -> Array:
    """(i, j, C, D) as a matrix (i j, D) for each channel, never a copy."""
    i, j, c, d = w.shape
    return w.reshape(i * j, c, d, copy=False).swapaxes(0, 1)


def _lines(x: Array) -> Array:
    """(i, j, N, h, w, C) as a matrix (i j, w C) for each line of each image, never a copy.

    A product with few rows is slow where these are long.
    """
    i, j, n, h, w, c = x.shape
    return x.reshape(i * j, n * h, w * c, copy=False).swapaxes(0, 1)
