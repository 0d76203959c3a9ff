"""A package's facade lists exactly the names it holds, in order."""

import importlib

import pytest


@pytest.mark.parametrize("package", ["crawler", "dataset", "nn"])
def test_every_name_of_the_facade_exists_and_the_list_is_sorted(package: str) -> None:
    facade = importlib.import_module(package)
    assert facade.__all__ == sorted(facade.__all__)
    assert [name for name in facade.__all__ if not hasattr(facade, name)] == []


@pytest.mark.parametrize("package", ["crawler", "dataset", "nn"])
def test_a_facade_holds_config_contract_errors_and_run(package: str) -> None:
    names = importlib.import_module(package).__all__
    assert "run" in names
    assert any(name.endswith("Config") for name in names)
    assert any(name.endswith("Error") for name in names)
