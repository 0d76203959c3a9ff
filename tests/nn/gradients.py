"""A layer's gradients against central differences along one random direction, in float64."""

from collections.abc import Callable

import numpy as np

from nn.arrays import Array
from nn.layers import Layer
from nn.shards import Shards


def check_gradients(
    layer: Layer, shape: tuple[int, ...], *, rtol: float = 1e-6, step: int | None = 0
) -> None:
    """Compare `layer.backward` with the slope of <u, y> for a random u, for dx and each parameter.

    The batch is cut into three shards on two threads, as in training; with no `step` it is none.
    """
    rng = np.random.default_rng(0)
    layer.shards = Shards(3, threads=2)
    layer.build(shape[1:], rng, np.float64)
    for p in layer.params.values():
        p += 0.1 * rng.normal(size=p.shape)
    x = rng.normal(size=shape)
    u = rng.normal(size=layer.forward(x, step).shape)

    def loss() -> float:
        return float((u * layer.forward(x, step)).sum())

    loss()
    dx = layer.backward(u.copy()).copy()
    grads = {name: grad.copy() for name, grad in layer.grads.items()}
    for value, grad in [(x, dx), *((layer.params[name], grads[name]) for name in grads)]:
        direction = rng.normal(size=value.shape)
        expected = slope(loss, value, direction)
        np.testing.assert_allclose((direction * grad).sum(), expected, rtol=rtol, atol=1e-7)


def slope(loss: Callable[[], float], value: Array, direction: Array, h: float = 1e-6) -> float:
    """Central difference of `loss` as `value` moves along `direction`, in place."""
    value += h * direction
    up = loss()
    value -= 2 * h * direction
    down = loss()
    value += h * direction
    return (up - down) / (2 * h)
