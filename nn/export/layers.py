"""What each layer becomes in an ONNX graph: images there have their channels first.

A function takes the graph, a layer that is built, and the name of its input; it returns the name of
its output. An image is (N, C, H, W) in the graph, a vector (N, C).
"""

from collections.abc import Iterable, Sequence
from functools import singledispatch

import numpy as np

from nn.export.graph import Graph
from nn.layers import (
    ELU,
    GELU,
    AvgPool2d,
    BatchNorm,
    Conv2d,
    Dropout,
    Flatten,
    GlobalAvgPool2d,
    GlobalMaxPool2d,
    Layer,
    LeakyReLU,
    Linear,
    LocalResponseNorm,
    MaxPool2d,
    Pad2d,
    ReLU,
    Residual,
    Sigmoid,
    Softplus,
    Tanh,
)
from nn.layers.pooling import Pool2d
from nn.ops.averaging import pixels_seen

PLAIN: dict[type[Layer], str] = {
    ReLU: "Relu",
    Sigmoid: "Sigmoid",
    Softplus: "Softplus",
    Tanh: "Tanh",
}
MODES = {"zeros": "constant", "reflect": "reflect", "replicate": "edge"}


def chained(graph: Graph, layers: Iterable[Layer], x: str) -> str:
    """Layers one after the other."""
    for layer in layers:
        x = exported(layer, graph, x)
    return x


@singledispatch
def exported(layer: Layer, graph: Graph, x: str) -> str:
    """One layer."""
    return graph.node(PLAIN[type(layer)], x)


@exported.register
def _convolution(layer: Conv2d, graph: Graph, x: str) -> str:
    weight = graph.constant(layer.params["weight"].transpose(3, 2, 0, 1))
    bias = [graph.constant(layer.params["bias"])] if layer.bias else []
    rows, columns = layer.window
    return graph.node(
        "Conv",
        x,
        weight,
        *bias,
        kernel_shape=[rows.kernel, columns.kernel],
        strides=[rows.stride, columns.stride],
        dilations=[rows.dilation, columns.dilation],
        pads=[rows.before, columns.before, rows.after, columns.after],
        group=layer.groups,
    )


@exported.register
def _linear(layer: Linear, graph: Graph, x: str) -> str:
    bias = [graph.constant(layer.params["bias"])] if layer.bias else []
    return graph.node("Gemm", x, graph.constant(layer.params["weight"]), *bias)


@exported.register
def _normalization(layer: BatchNorm, graph: Graph, x: str) -> str:
    state = layer.params | layer.running
    arrays = [graph.constant(state[name]) for name in ("gamma", "beta", "mean", "var")]
    return graph.node("BatchNormalization", x, *arrays, epsilon=layer.eps)


@exported.register
def _max_pooling(layer: MaxPool2d, graph: Graph, x: str) -> str:
    return _pooled("MaxPool", layer, graph, _bordered(layer, graph, x, -np.inf))


@exported.register
def _average_pooling(layer: AvgPool2d, graph: Graph, x: str) -> str:
    """The mean over all that a window spans, then over what it counts."""
    y = _pooled("AveragePool", layer, graph, _bordered(layer, graph, x, 0))
    h, w, _ = layer.input_shape
    counts = pixels_seen(layer.window, h, w, padding=layer.count_include_pad)[None, ..., 0]
    area = layer.window.rows.kernel * layer.window.columns.kernel
    if (counts == area).all():
        return y
    return graph.node("Mul", y, graph.constant(area / counts))


def _pooled(operator: str, layer: Pool2d, graph: Graph, x: str) -> str:
    rows, columns = layer.window
    return graph.node(
        operator,
        x,
        kernel_shape=[rows.kernel, columns.kernel],
        strides=[rows.stride, columns.stride],
        dilations=[rows.dilation, columns.dilation],
    )


def _bordered(layer: Pool2d, graph: Graph, x: str, value: float) -> str:
    """The image with all that its windows reach: runtimes differ in how they round their number."""
    ends = [
        max(0, (places - 1) * axis.stride + axis.span - axis.before - size)
        for axis, places, size in zip(
            layer.window, layer.output_shape, layer.input_shape, strict=False
        )
    ]
    border = [*(axis.before for axis in layer.window), *ends]
    return _padded(graph, x, border, "constant", value) if any(border) else x


@exported.register
def _padding(layer: Pad2d, graph: Graph, x: str) -> str:
    rows, columns = layer.window
    border = (rows.before, columns.before, rows.after, columns.after)
    return _padded(graph, x, border, MODES[layer.mode])


def _padded(graph: Graph, x: str, border: Sequence[int], mode: str, value: float = 0) -> str:
    """An image amid a border: top, left, bottom, right."""
    pads = graph.constant(np.array([0, 0, *border[:2], 0, 0, *border[2:]], np.int64))
    return graph.node("Pad", x, pads, graph.constant(np.array(value, np.float32)), mode=mode)


@exported.register(GlobalAvgPool2d)
@exported.register(GlobalMaxPool2d)
def _global_pooling(layer: Layer, graph: Graph, x: str) -> str:
    kind = "Average" if isinstance(layer, GlobalAvgPool2d) else "Max"
    return graph.node("Flatten", graph.node(f"Global{kind}Pool", x))


@exported.register
def _flatten(layer: Flatten, graph: Graph, x: str) -> str:
    """Our order is row by row with the channels innermost: so the weights after it expect it."""
    if len(layer.input_shape) == 1:
        return x
    return graph.node("Flatten", graph.node("Transpose", x, perm=[0, 2, 3, 1]))


@exported.register
def _dropout(layer: Dropout, graph: Graph, x: str) -> str:
    return x


@exported.register
def _response(layer: LocalResponseNorm, graph: Graph, x: str) -> str:
    """Of an even size ONNX takes the odd neighbour from the other side, so it is written out."""
    if layer.size % 2:
        return graph.node(
            "LRN",
            x,
            size=layer.size,
            alpha=layer.alpha * layer.size,
            beta=layer.beta,
            bias=layer.k,
        )
    near = graph.constant(layer.alpha * layer.near.T[..., None, None].astype(np.float64))
    sums = graph.node("Conv", graph.node("Mul", x, x), near)
    sums = graph.node("Add", sums, graph.constant(np.array(layer.k)))
    damping = graph.node("Pow", sums, graph.constant(np.array(-layer.beta)))
    return graph.node("Mul", x, damping)


@exported.register
def _residual(layer: Residual, graph: Graph, x: str) -> str:
    block, shortcut = layer.block.values(), layer.shortcut.values()
    return graph.node("Add", chained(graph, block, x), chained(graph, shortcut, x))


@exported.register
def _leaky(layer: LeakyReLU, graph: Graph, x: str) -> str:
    return graph.node("LeakyRelu", x, alpha=layer.negative_slope)


@exported.register
def _elu(layer: ELU, graph: Graph, x: str) -> str:
    return graph.node("Elu", x, alpha=layer.alpha)


@exported.register
def _gelu(layer: GELU, graph: Graph, x: str) -> str:
    return graph.node("Gelu", x)
