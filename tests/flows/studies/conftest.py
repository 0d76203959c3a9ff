"""The four studies, made once in little for all tests."""

from collections.abc import Callable
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest

from flows.studies.config import StudyConfig
from flows.studies.perform import run
from flows.studies.results import RESULTS, Results, read_results
from tests.flows.studies.digits import make_digits

SEEDS = 2


@pytest.fixture(scope="session")
def digits(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dataset.json of handwritten digits."""
    return make_digits(tmp_path_factory.mktemp("digits"))


@pytest.fixture(scope="session")
def made(digits: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The folder of a study with two seeds, made when it is first asked for."""
    out = tmp_path_factory.mktemp("studies")
    config = StudyConfig(seeds=SEEDS, quick=True)

    @cache
    def folder(name: str) -> Path:
        study = import_module(f"flows.studies.{name}").STUDY
        assert run(study, config, digits, out / name) == out / name / "study.html"
        return out / name

    return folder


@pytest.fixture(scope="session")
def results(made: Callable[[str], Path]) -> Callable[[str], Results]:
    """What a study found."""

    def of(name: str) -> Results:
        row = import_module(f"flows.studies.{name}").STUDY.row
        return Results(tuple(read_results(made(name) / RESULTS, row)))

    return of
