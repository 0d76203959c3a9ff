"""What a bench ran on: the processor, and the commit of the code."""

import platform
import subprocess
from pathlib import Path

CPUINFO = Path("/proc/cpuinfo")
HERE = Path(__file__).parent


def processor() -> str:
    """What Linux calls it; elsewhere what Python knows."""
    if CPUINFO.is_file():
        for line in CPUINFO.read_text(encoding="utf-8").splitlines():
            name, _, value = line.partition(":")
            if name.strip() == "model name":
                return value.strip()
    return platform.processor() or platform.machine()


def commit() -> str:
    """The commit of the code that runs, and whether files were changed since; empty if unknown."""
    command = ["git", "-C", str(HERE), "describe", "--always", "--dirty", "--abbrev=9"]
    try:
        done = subprocess.run(command, capture_output=True, encoding="utf-8", check=True)  # noqa: S603  # our own words
    except (OSError, subprocess.CalledProcessError):
        return ""
    return done.stdout.strip()
