"""Models that PyTorch exported with their inputs and outputs, which ONNX carries: 45 of ours."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import helper, numpy_helper

from nn.arrays import Array, Buffers
from nn.layers import Pad2d
from nn.ops.activation import elu, leaky_relu
from nn.ops.convolution import conv2d_dx
from nn.ops.padding import pad
from nn.ops.softmax import log_softmax, softmax
from nn.ops.window import Window
from tests.nn.operators import OPERATORS, on_images
from tests.nn.reference import channels_first, channels_last

FOLDER = Path(onnx.__file__).parent / "backend" / "test" / "data" / "pytorch-converted"
NAMES = """
AvgPool2d AvgPool2d_stride BatchNorm2d_eval BatchNorm2d_momentum_eval ConstantPad2d Conv2d
Conv2d_depthwise Conv2d_depthwise_padded Conv2d_depthwise_strided Conv2d_depthwise_with_multiplier
Conv2d_dilated Conv2d_groups Conv2d_groups_thnn Conv2d_no_bias Conv2d_padding Conv2d_strided
ConvTranspose2d ConvTranspose2d_no_bias ELU LeakyReLU LeakyReLU_with_negval Linear Linear_no_bias
LogSoftmax MaxPool2d MaxPool2d_stride_padding_dilation PReLU_1d PReLU_1d_multiparam PReLU_2d
PReLU_2d_multiparam ReLU ReflectionPad2d ReplicationPad2d SELU Sigmoid Softmax Softmin Softplus
Softsign Tanh ZeroPad2d log_softmax_dim3 log_softmax_lastdim softmax_functional_dim3 softmax_lastdim
"""
CASES = NAMES.split()


def padded(x: Array, *, pads: Sequence[int], mode: bytes, value: float = 0.0) -> Array:
    """`pads` are those of N, C, H, W at their starts, then at their ends."""
    border = [pads[i] for i in (2, 3, 6, 7)]
    if mode == b"constant":
        image = channels_last(x)
        n, h, w, c = image.shape
        top, left, bottom, right = border
        out = np.empty((n, top + h + bottom, left + w + right, c), x.dtype)
        return channels_first(pad(image, top, left, value=value, out=out))
    return on_images(Pad2d(border, mode={b"edge": "replicate", b"reflect": "reflect"}[mode]), x)


def transposed(x: Array, w: Array, b: Array | None = None, **attributes: Any) -> Array:
    """A transposed convolution is the gradient of a convolution with respect to its input."""
    window = Window.of(w.shape[2:], attributes["strides"], attributes["pads"])
    sizes = [
        (size - 1) * axis.stride + axis.span - axis.before - axis.after + extra
        for size, axis, extra in zip(x.shape[2:], window, attributes["output_padding"], strict=True)
    ]
    kernel = np.ascontiguousarray(w.transpose(2, 3, 1, 0))
    out = np.empty((len(x), *sizes, w.shape[1]), x.dtype)
    y = conv2d_dx(channels_last(x), kernel, window, out=out, scratch=Buffers())
    return channels_first(y if b is None else y + b)


def rowwise(function: Callable[[Array], Array]) -> Callable[..., Array]:
    """In these versions of ONNX, all axes from `axis` on are one row."""

    def adapter(x: Array, *, axis: int) -> Array:
        return function(x.reshape(int(np.prod(x.shape[:axis])), -1)).reshape(x.shape)

    return adapter


def first(outputs: Iterable[Any]) -> Any:
    return next(iter(outputs))


def selu(x: Array) -> Array:
    alpha, gamma = 1.6732632423543772, 1.0507009873554805  # arXiv 1706.02515, equation 2
    return np.float32(gamma) * elu(x, alpha, out=np.empty_like(x), scratch=Buffers())


# Operators of these old versions that differ from, or are not among, `OPERATORS`; the last row is
# what lies between operators of ours.
OLD: dict[str, Callable[..., Any]] = {
    "ConvTranspose": transposed,
    "LogSoftmax": rowwise(lambda x: log_softmax(x, out=np.empty_like(x))),
    "MatMul": lambda x, w: first(OPERATORS["Gemm"](x, w)),
    "PRelu": lambda x, slope: leaky_relu(
        x, slope.reshape(-1, *[1] * (x.ndim - 2)), out=np.empty_like(x)
    ),
    "Pad": padded,
    "Selu": selu,
    "Softmax": rowwise(softmax),
    "Abs": np.abs,
    "Add": lambda x, y, broadcast=0: x + y,
    "Constant": lambda value: np.array(numpy_helper.to_array(value)),
    "Div": np.divide,
    "Neg": np.negative,
    "Transpose": lambda x, perm: x.transpose(perm),
}


def run(model: Any, x: Array) -> Array:
    """The output of a model, node by node."""
    graph = model.graph
    values = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    values |= {next(i.name for i in graph.input if i.name not in values): x}
    for node in graph.node:
        inputs = [np.array(values[name]) for name in node.input]
        attributes = {a.name: helper.get_attribute_value(a) for a in node.attribute}
        if node.op_type in OLD:
            values[node.output[0]] = OLD[node.op_type](*inputs, **attributes)
        else:
            values[node.output[0]] = first(OPERATORS[node.op_type](*inputs, **attributes))
    result: Array = values[graph.output[0].name]
    return result


@pytest.mark.parametrize("name", CASES)
def test_a_model_of_pytorch_gives_its_output(name: str) -> None:
    folder = FOLDER / f"test_{name}"
    x, expected = (
        numpy_helper.to_array(onnx.load_tensor(folder / "test_data_set_0" / f"{kind}_0.pb"))
        for kind in ("input", "output")
    )
    y = run(onnx.load(folder / "model.onnx"), x)
    np.testing.assert_allclose(y, expected, rtol=1e-3, atol=1e-7)
    assert y.dtype == np.float32
    assert y.shape == expected.shape


def test_there_are_45_of_them() -> None:
    assert len(CASES) == len(set(CASES)) == 45
