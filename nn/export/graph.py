"""An ONNX graph, written node by node. The only file that knows the library `onnx`.

A value of the graph is known by its name. What the layers become is said in nn.export.layers.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from nn.arrays import Array, Shape

OPSET = 20  # the first that has Gelu
IR_VERSION = 9  # the one that came with it: older runtimes can read it


class Graph:
    """Nodes, and the constants they take."""

    def __init__(self) -> None:
        self._nodes: list[Any] = []
        self._constants: list[Any] = []

    def node(self, operator: str, *inputs: str, output: str = "", **attributes: Any) -> str:
        """The name of what an operator makes of its inputs: `output`, or a new name."""
        name = output or f"{operator.lower()}{len(self._nodes) + 1}"
        self._nodes.append(helper.make_node(operator, inputs, [name], name, **attributes))
        return name

    def constant(self, array: Array) -> str:
        """The name of a constant: float64 is stored as float32."""
        name = f"constant{len(self._constants) + 1}"
        stored = array.astype(np.float32) if array.dtype == np.float64 else array
        self._constants.append(numpy_helper.from_array(np.ascontiguousarray(stored), name))
        return name

    def encode(
        self, inputs: Mapping[str, Shape], outputs: Mapping[str, Shape], facts: Mapping[str, str]
    ) -> bytes:
        """The bytes of a model of float32 inputs and outputs, checked against ONNX's rules.

        Shapes are those of one of N images; `facts` become the metadata of the file.
        """
        graph = helper.make_graph(
            self._nodes, "deeprunning", _values(inputs), _values(outputs), self._constants
        )
        model = helper.make_model(
            graph,
            producer_name="deeprunning",
            opset_imports=[helper.make_opsetid("", OPSET)],
            ir_version=IR_VERSION,
        )
        helper.set_model_props(model, dict(facts))
        onnx.checker.check_model(model, full_check=True)
        body: bytes = model.SerializeToString(deterministic=True)
        return body


def _values(shapes: Mapping[str, Shape]) -> list[Any]:
    return [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, ["N", *shape])
        for name, shape in shapes.items()
    ]
