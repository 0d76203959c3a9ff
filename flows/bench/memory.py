"""The most memory that a process holds, watched from outside; unknown where psutil is missing.

The peak that a kernel keeps has another name on each system and none in psutil, so that we look
every few milliseconds: alike for all contenders and at no cost to them, and a page or two short.
"""

import subprocess
import time
from importlib.util import find_spec

INTERVAL = 0.02  # seconds
MIB = 1 << 20


def can_watch() -> bool:
    """Whether psutil is installed."""
    return find_spec("psutil") is not None


def watch(process: subprocess.Popen[bytes]) -> float | None:
    """Wait for the end of a process; return the peak of its resident memory in MiB, or None."""
    if not can_watch():
        process.wait()
        return None
    import psutil

    peak, watched = 0, psutil.Process(process.pid)
    while process.poll() is None:
        try:
            peak = max(peak, watched.memory_info().rss)
        except psutil.Error:  # it ended between the two lines
            continue
        time.sleep(INTERVAL)
    return peak / MIB
