"""What predicting with a list of layers takes, counted before any memory is taken.

A file can describe in a few bytes a network that asks for terabytes, or for days. What does not
stay within the budget is refused, in a sentence that names the layer.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import singledispatch

from nn.arrays import Shape
from nn.errors import ArchitectureError
from nn.layers import (
    AvgPool2d,
    BatchNorm,
    Conv2d,
    Flatten,
    GlobalAvgPool2d,
    GlobalMaxPool2d,
    Layer,
    Linear,
    LocalResponseNorm,
    MaxPool2d,
    Pad2d,
    Residual,
)
from nn.model import Sequential, at_once

MAX_NUMBERS = 2 << 30  # in memory at once, 8 GiB of them
MAX_PRODUCTS = 10**11  # an image; VGG-19 at 224 pixels takes 2 * 10^10
MAX_WINDOW = 1 << 18  # pixels that a pooling sees at once, one after the other


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """What one layer takes."""

    shape: Shape  # of its output, without N
    weights: int = 0  # numbers that a file must hold for it
    products: int = 0  # multiplications an image
    numbers: int = 0  # in memory for an image, besides the output
    constants: int = 0  # in memory once


def weights_needed(model: Sequential, shape: Shape) -> int:
    """The numbers a file must hold for a model that is not yet built, for images (H, W, C).

    Raises ArchitectureError where predicting would not stay within the budget, or a layer does not
    fit.
    """
    found = Need(shape=shape, numbers=2 * math.prod(shape))  # as read, and as a block
    for name, layer in model.layers.items():
        try:
            found = _after(found, layer)
            _check(found)
        except ArchitectureError as error:
            raise ArchitectureError(f"layer {name}: {error}") from None
    return found.weights


def _check(need: Need) -> None:
    if at_once(need.numbers) * need.numbers + need.constants > MAX_NUMBERS:
        raise ArchitectureError(f"takes more than {MAX_NUMBERS * 4 >> 30} GiB of memory")
    if need.products > MAX_PRODUCTS:
        raise ArchitectureError(f"takes more than {MAX_PRODUCTS:,} multiplications an image")


def _after(before: Need, layer: Layer) -> Need:
    """The needs of a chain so far, and of one more layer."""
    need = _need(layer, before.shape)
    return Need(
        shape=need.shape,
        weights=before.weights + need.weights,
        products=before.products + need.products,
        numbers=before.numbers + need.numbers + math.prod(need.shape),
        constants=before.constants + need.constants,
    )


def _chained(layers: Iterable[Layer], shape: Shape) -> Need:
    found = Need(shape=shape)
    for layer in layers:
        found = _after(found, layer)
        _check(found)
    return found


@singledispatch
def _need(layer: Layer, shape: Shape) -> Need:
    """Of a layer that works number by number."""
    return Need(shape=shape, products=math.prod(shape))


@_need.register
def _convolution(layer: Conv2d, shape: Shape) -> Need:
    output = (*layer.places(shape), layer.out_channels)
    seen = layer.window.rows.kernel * layer.window.columns.kernel * shape[-1]
    weights = seen // layer.groups * layer.out_channels
    gathered = math.prod(output[:2]) * seen
    return Need(
        shape=output,
        weights=weights + layer.bias * layer.out_channels,
        products=math.prod(output[:2]) * weights,
        numbers=math.prod(layer.window.padded(*shape[:2])) * shape[-1],
        constants=layer.shards.count * gathered,  # of one image a thread, at the most
    )


@_need.register(MaxPool2d)
@_need.register(AvgPool2d)
def _pooling(layer: MaxPool2d | AvgPool2d, shape: Shape) -> Need:
    output = (*layer.places(shape), shape[-1])
    kernels = [axis.kernel for axis in layer.window]
    if math.prod(kernels) > MAX_WINDOW:
        raise ArchitectureError(f"sees more than {MAX_WINDOW:,} pixels at once")
    return Need(
        shape=output,
        products=math.prod(output) * math.prod(kernels),
        numbers=math.prod(layer.window.padded(*shape[:2])) * shape[-1],
        constants=sum(places * kernel for places, kernel in zip(output, kernels, strict=False)),
    )


@_need.register
def _padding(layer: Pad2d, shape: Shape) -> Need:
    output = (*layer.places(shape), shape[-1])
    return Need(shape=output, products=math.prod(output))


@_need.register(GlobalAvgPool2d)
@_need.register(GlobalMaxPool2d)
def _global_pooling(layer: Layer, shape: Shape) -> Need:
    return Need(shape=shape[-1:], products=math.prod(shape))


@_need.register
def _flatten(layer: Flatten, shape: Shape) -> Need:
    return Need(shape=(math.prod(shape),))


@_need.register
def _linear(layer: Linear, shape: Shape) -> Need:
    weights = shape[-1] * layer.out_features
    return Need(
        shape=(layer.out_features,),
        weights=weights + layer.bias * layer.out_features,
        products=weights,
    )


@_need.register
def _normalization(layer: BatchNorm, shape: Shape) -> Need:
    return Need(shape=shape, weights=4 * shape[-1], products=math.prod(shape))


@_need.register
def _response(layer: LocalResponseNorm, shape: Shape) -> Need:
    band = shape[-1] ** 2
    products = math.prod(shape) * shape[-1]
    return Need(shape=shape, products=products, numbers=math.prod(shape), constants=5 * band)


@_need.register
def _residual(layer: Residual, shape: Shape) -> Need:
    made = _chained(layer.block.values(), shape)
    beside = _chained(layer.shortcut.values(), shape)
    return Need(
        shape=made.shape,
        weights=made.weights + beside.weights,
        products=made.products + beside.products,
        numbers=made.numbers + beside.numbers,
        constants=made.constants + beside.constants,
    )
