"""Where was measured."""

import os
import platform
from dataclasses import dataclass
from importlib.metadata import version

from flows.bench.machine import commit, processor


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """Columns that are the same in every row."""

    rounds: int
    processor: str
    processors: int
    system: str
    python: str
    numpy: str
    commit: str  # empty where there is no repository

    def __str__(self) -> str:
        return (
            f"processor: {self.processor} ({self.processors}), rounds: {self.rounds} (medians, of "
            f"wall time, float32), {self.system}, Python {self.python}, NumPy {self.numpy}, "
            f"commit {self.commit or 'unknown'}"
        )


def conditions(rounds: int) -> Conditions:
    """Those of this process on this machine."""
    return Conditions(
        rounds=rounds,
        processor=processor(),
        processors=os.cpu_count() or 1,
        system=f"{platform.system()} {platform.machine()}",
        python=platform.python_version(),
        numpy=version("numpy"),
        commit=commit(),
    )
