"""Winograd's convolution: equal to the plain one, and each transform to its adjoint's adjoint."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from nn.arrays import Array, Buffers
from nn.ops import winograd
from nn.ops.convolution import conv2d
from nn.ops.planes import spread
from nn.ops.window import Window


def random(*shape: int, seed: int = 0) -> Array:
    return np.random.default_rng(seed).normal(size=shape)


@pytest.mark.parametrize(("h", "w"), [(1, 1), (2, 3), (4, 2)])
def test_it_equals_the_plain_convolution(h: int, w: int) -> None:
    scratch, x, g = Buffers(), random(3, 2 * h + 2, 2 * w + 2, 5), random(3, 3, 5, 4, seed=1)
    v = winograd.input_transform(x, scratch)
    u = winograd.kernel_transform(g, out=np.empty((4, 4, 5, 4)))
    m = np.einsum("abnhwc,abcd->abnhwd", v, u)
    planes = winograd.output_transform(m, out=np.empty((2, 2, 3, h, w, 4)))
    found, expected = np.empty((2, 3, 2 * h, 2 * w, 4))
    spread(planes.reshape(4, 3, h, w, 4), (2, 2), out=found)
    conv2d(x, g, Window.of(3), out=expected, scratch=scratch)
    np.testing.assert_allclose(found, expected, rtol=1e-11, atol=1e-12)


def filled(transform: Callable[..., Any], *shape: int, **options: Any) -> Callable[..., Array]:
    """A transform that writes into `out`, as a function."""

    def function(x: Array) -> Array:
        out = np.empty(shape)
        transform(x, out=out, **options)
        return out

    return function


def input_transform(border: tuple[int, int]) -> Callable[[Array], Array]:
    """That of images (2, 4, 6, 3), put into a border of zeros."""

    def function(x: Array) -> Array:
        top, left = border
        padded = np.zeros((2, 6, 8, 3))
        padded[:, top : top + 4, left : left + 6] = x
        return winograd.input_transform(padded, Buffers())

    return function


TRANSFORMS: dict[str, Any] = {
    "kernel": (
        filled(winograd.kernel_transform, 4, 4, 2, 5),
        filled(winograd.kernel_transform_dx, 3, 3, 2, 5),
        (3, 3, 2, 5),
    ),
    **{
        f"input, border {border}": (
            input_transform(border),
            filled(winograd.input_transform_dx, 2, 4, 6, 3, border=border, scratch=Buffers()),
            (2, 4, 6, 3),
        )
        for border in ((1, 1), (0, 2), (2, 1))
    },
    "output": (
        filled(winograd.output_transform, 2, 2, 3, 2, 3, 5),
        filled(winograd.output_transform_dx, 4, 4, 3, 2, 3, 5),
        (4, 4, 3, 2, 3, 5),
    ),
}


@pytest.mark.parametrize("name", TRANSFORMS)
def test_gradients_are_the_adjoints_of_the_transforms(name: str) -> None:
    transform, adjoint, shape = TRANSFORMS[name]
    x = random(*shape)
    y = transform(x).copy()
    dy = random(*y.shape, seed=1)
    np.testing.assert_allclose((y * dy).sum(), (x * adjoint(dy)).sum(), rtol=1e-11)
