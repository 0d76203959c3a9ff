"""The node cases of ONNX: what an operator must make of an input, and what ours makes."""

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any

import numpy as np
import pytest
from onnx import helper

from tests.nn.onnx_cases import node_cases
from tests.nn.operators import OPERATORS

# How many cases there are of float images, vectors and rows of logits: with the seven of the
# optimizers Adam (2), Adagrad (2) and Momentum (3), which are no layers, 126.
CORE = {
    "AveragePool": 13,
    "BatchNormalization": 4,
    "Conv": 6,
    "Dropout": 12,
    "Elu": 3,
    "Flatten": 9,
    "Gemm": 11,
    "GlobalAveragePool": 2,
    "GlobalMaxPool": 2,
    "LRN": 2,
    "LeakyRelu": 3,
    "LogSoftmax": 7,
    "MaxPool": 13,
    "NegativeLogLikelihoodLoss": 2,
    "Relu": 1,
    "Sigmoid": 2,
    "Softmax": 7,
    "SoftmaxCrossEntropyLoss": 16,
    "Softplus": 2,
    "Tanh": 2,
}
LOSSES = {"NegativeLogLikelihoodLoss": 18, "SoftmaxCrossEntropyLoss": 34}


def is_core(case: Any) -> bool:
    """Is its first input one of ours: float, an image where the operator pools, rows of logits?"""
    x, operator = case.data_sets[0][0][0], case.model.graph.node[0].op_type
    axes = {"AveragePool": 4, "MaxPool": 4} | dict.fromkeys(LOSSES, 2)
    return bool(x.dtype == np.float32 and x.ndim == axes.get(operator, x.ndim))


def check(case: Any) -> None:
    node = case.model.graph.node[0]
    attributes = {a.name: helper.get_attribute_value(a) for a in node.attribute}
    for inputs, outputs in case.data_sets:
        compare(case, OPERATORS[node.op_type](*map(np.array, inputs), **attributes), outputs)


def compare(case: Any, found: Iterable[Any], expected: Sequence[Any]) -> None:
    wanted = islice(found, len(expected))  # the others are optional
    for theirs, ours in zip(expected, wanted, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=case.rtol, atol=case.atol, err_msg=case.name)
        assert ours.dtype == theirs.dtype, case.name
        assert ours.shape == theirs.shape, case.name


@pytest.mark.parametrize("operator", CORE)
def test_every_core_case_of_an_operator_is_met(operator: str) -> None:
    core = [case for case in node_cases()[operator] if is_core(case)]
    assert len(core) == CORE[operator]
    for case in core:
        check(case)


@pytest.mark.parametrize("operator", LOSSES)
def test_every_case_of_a_loss_is_met_for_any_number_of_axes(operator: str) -> None:
    assert len(node_cases()[operator]) == LOSSES[operator]
    for case in node_cases()[operator]:
        check(case)


def test_119_of_126_core_cases_are_layers_and_losses_and_7_are_optimizers() -> None:
    optimizers = [case for name in ("Adam", "Adagrad", "Momentum") for case in node_cases()[name]]
    assert (sum(CORE.values()), len(optimizers)) == (119, 7)
