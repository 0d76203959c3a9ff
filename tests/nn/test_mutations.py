"""Two hundred damaged and hostile model and checkpoint files; tests/accept has two thousand."""

import sys
from pathlib import Path

import pytest

from tests.nn.mutated import prepare
from tests.nn.mutations import damaged, hostile
from tests.nn.withstood import MOST_MEMORY, MOST_SECONDS, withstood

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="memory is limited as Linux does")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("mutated")
    prepare(folder)
    return folder


@pytest.mark.parametrize(
    ("kind", "mutation", "count"),
    [
        ("model", "damaged", 80),
        ("model", "hostile", 75),
        ("checkpoint", "damaged", 40),
        ("checkpoint", "hostile", 5),
    ],
)
def test_a_mutated_file_is_refused_at_little_cost(
    folder: Path, kind: str, mutation: str, count: int
) -> None:
    found = withstood(folder, kind, mutation, 0, count)
    assert found.seconds < MOST_SECONDS
    assert found.peak < MOST_MEMORY


def test_a_number_stands_for_one_mutation(folder: Path) -> None:
    good = (folder / "good.safetensors").read_bytes()
    for mutation in damaged, hostile:
        bodies = [mutation(good, number) for number in range(20)]
        assert bodies == [mutation(good, number) for number in range(20)]
        assert len(set(bodies)) > 15
        assert good not in bodies
