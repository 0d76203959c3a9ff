"""One crawl by one contender, measured: what it stored, what it asked, what it took."""

import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from flows.bench.contenders import Contender
from flows.bench.errors import BenchError
from flows.bench.hosting import hosting
from flows.bench.memory import watch
from flows.process import APART


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """The figures of one crawl."""

    stored: int  # images
    counts: dict[str, int]  # requests as the server saw them, see Tally
    wall: float  # seconds from the start of the process to its end
    cpu: float  # seconds, user and system, of the process and its children
    peak: float | None  # MiB of resident memory; None where nobody could look


def measure(contender: Contender, photos: Path, out: Path) -> Measured:
    """Let a contender crawl the gallery of `photos` into a folder in `out`, which is not kept.

    What it says goes to a log in `out`. Raises BenchError where it fails or stores nothing.
    """
    log = out / f"{contender.name}.log"
    with hosting(photos) as host, tempfile.TemporaryDirectory(dir=out) as folder:
        started = time.perf_counter()
        said, peak = _run(contender.module, host.seed, Path(folder), log)
        wall = time.perf_counter() - started
        stored = contender.stored(Path(folder))
        if not stored:
            raise BenchError(f"{contender.name} stored no image; its log is {log}")
        return Measured(stored=stored, counts=host.counts(), wall=wall, cpu=float(said), peak=peak)


def _run(module: str, seed: str, folder: Path, log: Path) -> tuple[str, float | None]:
    """What the process of a contender prints, and the peak of its memory in MiB."""
    command = [sys.executable, "-m", "flows.bench.contender", module, seed, str(folder)]
    with (
        log.open("wb") as errors,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, **APART) as process,  # noqa: S603
    ):
        try:
            peak = watch(process)
            said, _ = process.communicate()
        finally:
            process.kill()
    if process.returncode:
        raise BenchError(f"{module} ended with status {process.returncode}; its log is {log}")
    return said.decode(), peak
