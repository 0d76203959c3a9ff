"""ONNX's reference implementation, as an oracle for single operators."""

from typing import Any

import numpy as np
from onnx import TensorProto, helper
from onnx.reference import ReferenceEvaluator

from nn.arrays import Array


def onnx(operator: str, *inputs: Array, **attributes: Any) -> Array:
    """What ONNX says one operator makes of its inputs (channels first, as they are there)."""
    names = [f"x{i}" for i in range(len(inputs))]
    node = helper.make_node(operator, names, ["y"], **attributes)
    graph = helper.make_graph(
        [node],
        operator,
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in names],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 22)])
    feed = dict(zip(names, inputs, strict=True))
    outputs: Any = ReferenceEvaluator(model).run(None, feed)
    result: Array = outputs[0]
    return result


def channels_first(x: Array) -> Array:
    """(N, H, W, C) -> (N, C, H, W)."""
    return np.ascontiguousarray(x.transpose(0, 3, 1, 2))


def channels_last(x: Array) -> Array:
    """(N, C, H, W) -> (N, H, W, C)."""
    return np.ascontiguousarray(x.transpose(0, 2, 3, 1))


def random(*shape: int, seed: int = 0) -> Array:
    """Normal float32 numbers."""
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)
