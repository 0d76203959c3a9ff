"""ONNX's operators made of ours: thin adapters from channels first to channels last.

An adapter takes the inputs of a node and its attributes, and returns the outputs.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np

from nn.arrays import Array, Buffers
from nn.layers import (
    ELU,
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
    ReLU,
    Sigmoid,
    Softplus,
    Tanh,
)
from nn.losses import softmax_cross_entropy, targets_of
from nn.ops.dropout import inverted_mask
from nn.ops.softmax import cross_entropy, log_softmax, softmax
from nn.ops.window import Window
from tests.nn.reference import channels_first, channels_last

Outputs = Iterable[Any]


def applied(layer: Layer, x: Array, step: int | None = None, **state: Array | None) -> Array:
    """The layer's output for x, with these parameters and running statistics."""
    layer.build(x.shape[1:], None, x.dtype)
    for name, value in state.items():
        if value is not None:
            (layer.params | layer.running)[name][...] = value
    return layer.forward(x, step)


def on_images(layer: Layer, x: Array, step: int | None = None, **state: Array | None) -> Array:
    return channels_first(applied(layer, channels_last(x), step, **state))


def sizes(x: Array, attributes: dict[str, Any]) -> dict[str, Any]:
    """The arguments of a window of ours, for images (N, C, H, W)."""
    kernel = attributes["kernel_shape"]
    strides, dilations, pads = (
        attributes.get(name, default)
        for name, default in (("strides", [1, 1]), ("dilations", [1, 1]), ("pads", [0, 0, 0, 0]))
    )
    if (rule := attributes.get("auto_pad", b"NOTSET")) in {b"SAME_UPPER", b"SAME_LOWER"}:
        axes = Window.of(kernel, strides, 0, dilations)
        spare = [
            max(0, (-(-size // a.stride) - 1) * a.stride + a.span - size)
            for size, a in zip(x.shape[2:], axes, strict=True)
        ]
        before = [s // 2 if rule == b"SAME_UPPER" else s - s // 2 for s in spare]
        pads = [*before, *(s - b for s, b in zip(spare, before, strict=True))]
    return {"kernel_size": kernel, "stride": strides, "padding": pads, "dilation": dilations}


def conv(x: Array, w: Array, b: Array | None = None, **attributes: Any) -> Outputs:
    window = sizes(x, {"kernel_shape": list(w.shape[2:])} | attributes)
    layer = Conv2d(len(w), groups=attributes.get("group", 1), bias=b is not None, **window)
    return [on_images(layer, x, weight=w.transpose(2, 3, 1, 0), bias=b)]


def max_pool(x: Array, **attributes: Any) -> Iterator[Array]:
    """The second output costs a gradient a place, and is made only if it is asked for."""
    layer = MaxPool2d(ceil=bool(attributes.get("ceil_mode")), **sizes(x, attributes))
    y = on_images(layer, x)
    yield y
    yield winners(layer, y.shape, by_columns=bool(attributes.get("storage_order")))


def winners(layer: Layer, shape: tuple[int, ...], *, by_columns: bool) -> Array:
    """Where each number of a pooled image of one channel came from: where its gradient goes."""
    found = []
    for place in np.ndindex(shape[2:]):
        dy = np.zeros((1, *shape[2:], 1), np.float32)
        dy[0, *place] = 1
        dx = layer.backward(dy)[0, :, :, 0]
        found.append(int((dx.T if by_columns else dx).argmax()))
    return np.reshape(found, shape)


def average_pool(x: Array, **attributes: Any) -> Outputs:
    layer = AvgPool2d(
        ceil=bool(attributes.get("ceil_mode")),
        count_include_pad=bool(attributes.get("count_include_pad")),
        **sizes(x, attributes),
    )
    return [on_images(layer, x)]


def globally(layer: type[Layer]) -> Callable[..., Outputs]:
    return lambda x: [applied(layer(), channels_last(x))[:, :, None, None]]


def batch_normalization(
    x: Array, gamma: Array, beta: Array, mean: Array, var: Array, **attributes: Any
) -> Outputs:
    """ONNX keeps the biased variance in training, ours is the unbiased one, as PyTorch's."""
    momentum, eps = 1 - attributes.get("momentum", 0.9), attributes.get("epsilon", 1e-5)
    layer, step = (
        BatchNorm(momentum=momentum, eps=eps),
        0 if attributes.get("training_mode") else None,
    )
    y = on_images(layer, x, step, gamma=gamma, beta=beta, mean=mean, var=var)
    kept, count = (1 - momentum) * var, x.size // x.shape[1]
    biased = kept + (layer.running["var"] - kept) * np.float32((count - 1) / count)
    return [y, layer.running["mean"], biased.astype(x.dtype)]


def dropout(x: Array, ratio: Any = 0.5, training: Any = None, **attributes: Any) -> Outputs:
    p = float(attributes.get("ratio", ratio))
    if not training:
        return [applied(Dropout(p), x), np.ones(x.shape, bool)]
    chance = np.random.RandomState(attributes["seed"]).uniform(size=x.shape)
    mask = inverted_mask(chance, p, out=np.empty_like(x), scratch=Buffers())
    return [x * mask, mask > 0]


def gemm(a: Array, b: Array, c: Array | None = None, **attributes: Any) -> Outputs:
    a, b = (a.T if attributes.get("transA") else a), (b.T if attributes.get("transB") else b)
    weight = np.float32(attributes.get("alpha", 1)) * b
    y = applied(Linear(b.shape[1], bias=False), np.ascontiguousarray(a), weight=weight)
    return [y if c is None else y + np.float32(attributes.get("beta", 1)) * c]


def flatten(x: Array, *, axis: int = 1) -> Outputs:
    axis %= x.ndim + (axis == x.ndim)
    return [applied(Flatten(), x.reshape(int(np.prod(x.shape[:axis])), *x.shape[axis:]))]


def along_axis(function: Callable[[Array], Array]) -> Callable[..., Outputs]:
    def adapter(x: Array, *, axis: int = -1) -> Outputs:
        return [np.moveaxis(function(np.moveaxis(x, axis, -1)), -1, axis)]

    return adapter


def softmax_cross_entropy_loss(
    x: Array, labels: Array, weights: Array | None = None, **attributes: Any
) -> Outputs:
    rows, reduction = as_rows(x), attributes.get("reduction", b"mean")
    log_p = log_softmax(rows, out=np.empty_like(rows))
    log_prob = np.moveaxis(log_p.reshape(*labels.shape, -1), -1, 1)
    if reduction != b"mean":
        return [reduced(log_p, labels, weights, **attributes), log_prob]
    ignored = attributes.get("ignore_index")
    loss = softmax_cross_entropy(
        rows, labels.ravel(), class_weights=weights, ignore_index=ignored, out=np.empty_like(rows)
    )
    return [np.asarray(loss, x.dtype), log_prob]


def negative_log_likelihood_loss(
    log_p: Array, labels: Array, weights: Array | None = None, **attributes: Any
) -> Outputs:
    return [reduced(as_rows(log_p), labels, weights, **attributes)]


def as_rows(x: Array) -> Array:
    """(N, K, ...) -> (M, K)."""
    return np.moveaxis(x, 1, -1).reshape(-1, x.shape[1])


def reduced(
    log_p: Array,
    labels: Array,
    weights: Array | None,
    *,
    reduction: bytes = b"mean",
    ignore_index: int | None = None,
) -> Array:
    targets, total = targets_of(labels.ravel(), log_p, 0.0, weights, ignore_index)
    losses = cross_entropy(log_p, targets)
    if reduction == b"none":
        return losses.reshape(labels.shape)
    return np.asarray(losses.sum() / (total if reduction == b"mean" else 1), log_p.dtype)


def lrn(
    x: Array, *, size: int, alpha: float = 1e-4, beta: float = 0.75, bias: float = 1
) -> Outputs:
    return [on_images(LocalResponseNorm(size, alpha=alpha, beta=beta, k=bias), x)]


OPERATORS: dict[str, Callable[..., Outputs]] = {
    "AveragePool": average_pool,
    "BatchNormalization": batch_normalization,
    "Conv": conv,
    "Dropout": dropout,
    "Elu": lambda x, alpha=1.0: [applied(ELU(alpha), x)],
    "Flatten": flatten,
    "Gemm": gemm,
    "GlobalAveragePool": globally(GlobalAvgPool2d),
    "GlobalMaxPool": globally(GlobalMaxPool2d),
    "LRN": lrn,
    "LeakyRelu": lambda x, alpha=0.01: [applied(LeakyReLU(alpha), x)],
    "LogSoftmax": along_axis(lambda x: log_softmax(x, out=np.empty_like(x))),
    "MaxPool": max_pool,
    "NegativeLogLikelihoodLoss": negative_log_likelihood_loss,
    "Relu": lambda x: [applied(ReLU(), x)],
    "Sigmoid": lambda x: [applied(Sigmoid(), x)],
    "Softmax": along_axis(softmax),
    "SoftmaxCrossEntropyLoss": softmax_cross_entropy_loss,
    "Softplus": lambda x: [applied(Softplus(), x)],
    "Tanh": lambda x: [applied(Tanh(), x)],
}
