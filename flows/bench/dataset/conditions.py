"""Where and with what figures were measured."""

import os
import platform
from dataclasses import dataclass
from importlib.metadata import version

from flows.bench.machine import commit, processor


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """Columns that are the same in every row."""

    rounds: int
    threads: int
    batch: int
    photos: int
    processor: str
    processors: int
    system: str
    python: str
    numpy: str
    pillow: str
    commit: str  # empty where there is no repository

    def __str__(self) -> str:
        return (
            f"processor: {self.processor} ({self.processors}), threads: {self.threads}, "
            f"batch: {self.batch}, photos: {self.photos:,}, rounds: {self.rounds} (medians, of "
            f"processor time), {self.system}, Python {self.python}, NumPy {self.numpy}, "
            f"Pillow {self.pillow}, commit {self.commit or 'unknown'}"
        )


def conditions(*, rounds: int, batch: int, photos: int) -> Conditions:
    """Those of this process on this machine."""
    return Conditions(
        rounds=rounds,
        threads=1,
        batch=batch,
        photos=photos,
        processor=processor(),
        processors=os.cpu_count() or 1,
        system=f"{platform.system()} {platform.machine()}",
        python=platform.python_version(),
        numpy=version("numpy"),
        pillow=version("pillow"),
        commit=commit(),
    )
