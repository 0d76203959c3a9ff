"""Examples in docstrings are true."""

import doctest
import importlib
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[1]
FILES = [
    path.relative_to(REPOSITORY)
    for package in ("crawler", "dataset", "nn", "flows")
    for path in sorted((REPOSITORY / package).rglob("*.py"))
    if ">>>" in path.read_text(encoding="utf-8")
]


@pytest.mark.parametrize("file", FILES, ids=str)
def test_the_examples_of_a_module_answer_what_they_say(file: Path) -> None:
    module = importlib.import_module(".".join(file.with_suffix("").parts).removesuffix(".__init__"))
    found = doctest.testmod(module)
    assert found.attempted or "+SKIP" in file.read_text(encoding="utf-8")
    assert found.failed == 0
