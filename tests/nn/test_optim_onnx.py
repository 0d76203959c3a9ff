"""The optimizers of ONNX's preview.training, by the cases that ONNX tests its operators with.

They are for step 0, where ONNX corrects no bias: so is Adam after very many steps.
"""

from functools import cache
from importlib import import_module
from typing import Any

import numpy as np
import pytest
from onnx import helper
from onnx.backend.test.case import node

from nn.arrays import Array
from nn.optim import AdaGrad, Adam, Momentum, Nesterov, Optimizer

NAMES = [
    "test_adagrad",
    "test_adagrad_multiple",
    "test_adam",
    "test_adam_multiple",
    "test_momentum",
    "test_momentum_multiple",
    "test_nesterov_momentum",
]
SLOTS = {"Adagrad": ["h"], "Adam": ["m", "v"], "Momentum": ["velocity"]}
LONG_AGO = 10**6  # steps


@cache
def cases() -> dict[str, Any]:
    for module in ("adagrad", "adam", "momentum"):  # each adds its cases when it is imported
        import_module(f"{node.__name__}.{module}")
    every = node._NodeTestCases  # `collect_testcases` would make those of all operators: 30 s
    return {case.name: case for case in every if case.model.graph.node[0].op_type in SLOTS}


def optimizer_of(operator: str, attributes: dict[str, Any], size: int) -> Optimizer:
    """Ours with the conventions of the node; for parameters of `size`."""
    decay = np.full(size, attributes["norm_coefficient"], np.float32)
    if operator == "Adagrad":
        return AdaGrad(decay, eps=attributes["epsilon"])
    if operator == "Adam":
        betas = attributes["alpha"], attributes["beta"]
        return Adam(decay, betas=betas, eps=attributes["epsilon"], eps_hat=True)
    kind = Nesterov if attributes["mode"] == b"nesterov" else Momentum
    return kind(decay, momentum=attributes["alpha"])


def updated(operator: str, attributes: dict[str, Any], inputs: list[Array]) -> list[Array]:
    """What a node makes of rate, step, and the parameters, gradients and slots that follow."""
    rate, step, *rest = inputs
    assert step == 0
    kinds = 2 + len(SLOTS[operator])
    count = len(rest) // kinds
    results: list[list[Array]] = [[] for _ in range(kinds - 1)]
    for i in range(count):
        p, g, *slots = (array.copy() for array in rest[i::count])
        optimizer = optimizer_of(operator, attributes, p.size)
        named = dict(zip(SLOTS[operator], slots, strict=True))
        optimizer.load_state({**named, "steps": np.array(LONG_AGO)})
        optimizer.step(p, g, float(rate))
        after = [p, *(optimizer.state()[name] for name in named)]
        for result, array in zip(results, after, strict=True):
            result.append(array)
    return [array for result in results for array in result]


def test_the_cases_are_those_known() -> None:
    assert sorted(cases()) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_node_case_of_onnx_passes(name: str) -> None:
    case = cases()[name]
    operator = case.model.graph.node[0]
    attributes = {a.name: helper.get_attribute_value(a) for a in operator.attribute}
    for inputs, expected in case.data_sets:
        found = updated(operator.op_type, attributes, inputs)
        assert [array.dtype for array in found] == [array.dtype for array in expected]
        for array, other in zip(found, expected, strict=True):
            np.testing.assert_allclose(array, other, rtol=case.rtol, atol=case.atol)
