"""What Linux tells of this process: resident memory, its peak, and page faults; else None."""

from pathlib import Path

STATUS, STAT, CLEAR = (Path("/proc/self") / name for name in ("status", "stat", "clear_refs"))
RESET_PEAK = "5"  # proc(5), clear_refs
MINOR_FAULTS = 9  # proc(5), stat: minflt, from 0


def resident() -> float | None:
    """MiB of memory that are held now."""
    return _mib("VmRSS")


def peak() -> float | None:
    """MiB of memory that were held at most, since the last `reset_peak`."""
    return _mib("VmHWM")


def reset_peak() -> bool:
    """Let the peak begin anew; whether that can be done."""
    try:
        CLEAR.write_text(RESET_PEAK, encoding="ascii")
    except OSError:
        return False
    return True


def faults() -> int | None:
    """Page faults that needed no disk, of all threads so far."""
    try:
        after_name = STAT.read_text(encoding="utf-8").rpartition(")")[2]
    except OSError:
        return None
    return int(after_name.split()[MINOR_FAULTS - 2])  # its number and its name stand before


def _mib(name: str) -> float | None:
    try:
        lines = STATUS.read_text(encoding="utf-8").splitlines()
    except OSError:
        return None
    found = (line.split()[1] for line in lines if line.startswith(f"{name}:"))
    kib = next(found, None)
    return None if kib is None else int(kib) / 1024
