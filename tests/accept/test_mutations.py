"""Two thousand damaged and hostile model and checkpoint files."""

import sys
from pathlib import Path

import pytest

from tests.nn.mutated import prepare
from tests.nn.withstood import MOST_MEMORY, MOST_SECONDS, withstood

pytestmark = [
    pytest.mark.accept,
    pytest.mark.timeout(1800),
    pytest.mark.skipif(sys.platform != "linux", reason="memory is limited as Linux does"),
]

COUNTS = {
    ("model", "damaged"): 700,
    ("model", "hostile"): 600,
    ("checkpoint", "damaged"): 600,
    ("checkpoint", "hostile"): 100,
}


def test_two_thousand_mutated_files_are_withstood(tmp_path: Path) -> None:
    prepare(tmp_path)
    assert sum(COUNTS.values()) == 2000
    for (kind, mutation), count in COUNTS.items():
        found = withstood(tmp_path, kind, mutation, 1000, count)
        print(
            f"{count} {mutation} {kind} files: {found.statuses[1]} refused, the slowest in "
            f"{found.seconds:.1f} s, peak {found.peak:.0f} MiB"
        )
        assert found.seconds < MOST_SECONDS
        assert found.peak < MOST_MEMORY
