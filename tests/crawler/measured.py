"""The crawl as a command in a process of its own, which tells how much memory it held."""

import subprocess
import sys
import time
from collections.abc import Sequence
from typing import NamedTuple

# `ru_maxrss` of a child begins with what its parent had; this is of the process alone.
COMMAND = """
import sys
from pathlib import Path
from crawler.cli import main
status = main(sys.argv[1:])
print(Path("/proc/self/status").read_text(encoding="utf-8"))
sys.exit(status)
"""


class Measured(NamedTuple):
    """What a crawl took, start and imports included."""

    seconds: float
    peak: float  # MiB of resident memory


def measured(words: Sequence[str]) -> Measured:
    """Crawl with these words of the command, on Linux. Raises CalledProcessError where it fails."""
    begun = time.monotonic()
    command = [sys.executable, "-c", COMMAND, *words]
    told = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
    peak = int(told.split("VmHWM:")[1].split()[0]) / 1024
    return Measured(time.monotonic() - begun, peak)
