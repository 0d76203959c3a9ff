"""The node cases of ONNX for the operators that are ours, gathered once."""

from functools import cache
from importlib import import_module
from typing import Any

from onnx.backend.test.case import node

MODULES = [
    "adagrad",
    "adam",
    "averagepool",
    "batch_normalization",
    "conv",
    "dropout",
    "elu",
    "flatten",
    "gemm",
    "globalaveragepool",
    "globalmaxpool",
    "leakyrelu",
    "logsoftmax",
    "lrn",
    "maxpool",
    "momentum",
    "negativeloglikelihoodloss",
    "relu",
    "sigmoid",
    "softmax",
    "softmax_cross_entropy_loss",
    "softplus",
    "tanh",
]


@cache
def node_cases() -> dict[str, list[Any]]:
    """The cases of a single node, by operator.

    A module adds its cases to one list when it is imported; ONNX's `collect_testcases` would import
    those of all operators, which takes many seconds.
    """
    for name in MODULES:
        import_module(f"{node.__name__}.{name}")
    found: dict[str, list[Any]] = {}
    for case in node._NodeTestCases:
        if case.model and len(case.model.graph.node) == 1:
            found.setdefault(case.model.graph.node[0].op_type, []).append(case)
    return found
