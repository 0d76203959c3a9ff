"""What each layer becomes in PyTorch, with the same weights; images there are channels first."""

from collections.abc import Iterable
from functools import singledispatch
from typing import Any

import torch
from torch import nn

from flows.bench.nn.layout import flattened, kernel
from nn.arrays import Array
from nn.layers import (
    BatchNorm,
    Conv2d,
    Dropout,
    Flatten,
    GlobalAvgPool2d,
    Layer,
    Linear,
    LocalResponseNorm,
    MaxPool2d,
    ReLU,
    Residual,
)


def chained(layers: Iterable[Layer]) -> Any:
    """Built layers one after the other, as one module."""
    modules, before = [], None
    for layer in layers:
        modules.append(converted(layer))
        if isinstance(before, Flatten) and isinstance(layer, Linear):
            weight = flattened(layer.params["weight"], before.input_shape)
            _set(modules[-1].weight, weight.T)
        before = layer
    return nn.Sequential(*modules)


@singledispatch
def converted(layer: Layer) -> Any:
    """One layer."""
    raise NotImplementedError(f"{type(layer).__name__} has no module here")


@converted.register
def _convolution(layer: Conv2d) -> Any:
    rows, columns = layer.window
    weight = kernel(layer.params["weight"])
    module = nn.Conv2d(
        weight.shape[1] * layer.groups,
        weight.shape[0],
        (rows.kernel, columns.kernel),
        stride=(rows.stride, columns.stride),
        padding=(rows.before, columns.before),
        groups=layer.groups,
        bias=layer.bias,
    )
    _set(module.weight, weight)
    if layer.bias:
        _set(module.bias, layer.params["bias"])
    return module


@converted.register
def _linear(layer: Linear) -> Any:
    weight = layer.params["weight"]
    module = nn.Linear(*weight.shape, bias=layer.bias)
    _set(module.weight, weight.T)
    if layer.bias:
        _set(module.bias, layer.params["bias"])
    return module


@converted.register
def _normalization(layer: BatchNorm) -> Any:
    return nn.BatchNorm2d(len(layer.params["gamma"]), eps=layer.eps, momentum=layer.momentum)


@converted.register
def _pooling(layer: MaxPool2d) -> Any:
    rows, columns = layer.window
    return nn.MaxPool2d(
        (rows.kernel, columns.kernel),
        stride=(rows.stride, columns.stride),
        padding=(rows.before, columns.before),
        ceil_mode=rows.ceil,
    )


@converted.register
def _response(layer: LocalResponseNorm) -> Any:
    return nn.LocalResponseNorm(layer.size, layer.alpha * layer.size, layer.beta, layer.k)


@converted.register
def _dropout(layer: Dropout) -> Any:
    return nn.Dropout(layer.p)


@converted.register
def _relu(layer: ReLU) -> Any:
    return nn.ReLU()


@converted.register
def _flatten(layer: Flatten) -> Any:
    return nn.Flatten()


@converted.register
def _mean(layer: GlobalAvgPool2d) -> Any:
    return nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten())


@converted.register
def _residual(layer: Residual) -> Any:
    return Sum(chained(layer.block.values()), chained(layer.shortcut.values()))


class Sum(nn.Module):  # type: ignore[misc]  # torch is there only sometimes
    """What two modules make of the same input, added."""

    def __init__(self, block: Any, shortcut: Any) -> None:
        super().__init__()
        self.block, self.shortcut = block, shortcut

    def forward(self, x: Any) -> Any:
        """(N, ...) -> (N, ...)."""
        return self.block(x) + self.shortcut(x)


def _set(parameter: Any, value: Array) -> None:
    with torch.no_grad():
        parameter.copy_(torch.from_numpy(value))
