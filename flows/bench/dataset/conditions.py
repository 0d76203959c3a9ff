"""Where and with what figures were measured."""

import os
import platform
import subprocess
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

CPUINFO = Path("/proc/cpuinfo")
HERE = Path(__file__).parent


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
        processor=_processor(),
        processors=os.cpu_count() or 1,
        system=f"{platform.system()} {platform.machine()}",
        python=platform.python_version(),
        numpy=version("numpy"),
        pillow=version("pillow"),
        commit=_commit(),
    )


def _processor() -> str:
    """What Linux calls it; elsewhere what Python knows."""
    if CPUINFO.is_file():
        for line in CPUINFO.read_text(encoding="utf-8").splitlines():
            name, _, value = line.partition(":")
            if name.strip() == "model name":
                return value.strip()
    return platform.processor() or platform.machine()


def _commit() -> str:
    """The commit of the code that runs, and whether files were changed since."""
    command = ["git", "-C", str(HERE), "describe", "--always", "--dirty", "--abbrev=9"]
    try:
        done = subprocess.run(command, capture_output=True, encoding="utf-8", check=True)  # noqa: S603  # our own words
    except (OSError, subprocess.CalledProcessError):
        return ""
    return done.stdout.strip()
