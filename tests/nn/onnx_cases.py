"""The node cases of ONNX, gathered once, since that takes seconds."""

import warnings
from functools import cache
from typing import Any

from onnx.backend.test.case.node import collect_testcases


@cache
def node_cases() -> dict[str, list[Any]]:
    """The cases of a single node, by operator."""
    found: dict[str, list[Any]] = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # some cases are about overflow
        cases = collect_testcases(None)
    for case in cases:
        if case.model and len(case.model.graph.node) == 1:
            found.setdefault(case.model.graph.node[0].op_type, []).append(case)
    return found
