"""Batch normalisation folded into the convolution or linear layer before it, for inference.

Where a normalisation directly follows, both together are one linear function of each channel:

    gamma (W x + b - mean) / sqrt(var + eps) + beta  =  (s W) x + (b - mean) s + beta
    s = gamma / sqrt(var + eps)

so that a pass over all numbers is saved. In float32 the results are equal within rounding.
"""

from collections.abc import Iterable
from copy import copy

import numpy as np

from nn.arrays import Buffers
from nn.layers import BatchNorm, Conv2d, Layer, Linear, Residual
from nn.layers.chain import numbered
from nn.model import Sequential


def fold(model: Sequential) -> None:
    """Fold in place what can be, within residual blocks too. The model then only predicts."""
    model.layers = numbered(_folded(model.layers.values()))
    model.assemble()


def _folded(layers: Iterable[Layer]) -> list[Layer]:
    """The layers of a chain, without the normalisations that the layer before them takes over."""
    kept: list[Layer] = []
    for layer in layers:
        last = kept[-1] if kept else None
        if isinstance(layer, BatchNorm) and isinstance(last, Conv2d | Linear):
            kept[-1] = _merged(last, layer)
        elif isinstance(layer, Residual):
            kept.append(_within(layer))
        else:
            kept.append(layer)
    return kept


def _merged(layer: Conv2d | Linear, norm: BatchNorm) -> Layer:
    """The layer that does what both do; the sums are in float64."""
    gamma, beta = (norm.params[name].astype(np.float64) for name in ("gamma", "beta"))
    mean, var = (norm.running[name].astype(np.float64) for name in ("mean", "var"))
    scale = gamma / np.sqrt(var + norm.eps)
    weight = layer.params["weight"]
    bias = (layer.params.get("bias", 0) - mean) * scale + beta
    merged = copy(layer)
    merged.buffer = Buffers()
    merged.bias = True
    with np.errstate(over="ignore"):  # then the answer is no number, and that is told
        merged.learn(weight=(weight * scale).astype(weight.dtype), bias=bias.astype(weight.dtype))
    return merged


def _within(block: Residual) -> Layer:
    """The block, each of its two chains folded for itself."""
    parts = (numbered(_folded(part.values())) for part in (block.block, block.shortcut))
    return block.made_of(*parts)
