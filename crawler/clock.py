"""Time as the crawl knows it: whole microseconds UTC that never run backwards."""

import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

SECOND = 1_000_000  # microseconds

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def monotonic() -> int:
    """Nanoseconds since some moment: of all the time that passes, where the system counts it.

    On Linux `time.monotonic` stands still while a laptop sleeps, and a robots.txt would not age.
    """
    if sys.platform == "linux":
        return time.clock_gettime_ns(time.CLOCK_BOOTTIME)
    return time.monotonic_ns()


class Clock:
    """The wall clock as it stood at the start, plus monotonic time since.

    Where that stands still while the computer sleeps, waits become longer than asked, and never
    shorter. `not_before` is the latest time the ledger knows: a wall clock set back between two
    runs would otherwise make the past look like the future.
    """

    def __init__(
        self,
        not_before: int = 0,
        wall: Callable[[], int] = time.time_ns,
        monotonic: Callable[[], int] = monotonic,
    ) -> None:
        self._start = max(wall() // 1000, not_before)
        self._zero = monotonic()
        self._monotonic = monotonic

    def __call__(self) -> int:
        """Microseconds since 1970, UTC."""
        return self._start + (self._monotonic() - self._zero) // 1000


def microseconds(seconds: float) -> int:
    """Rounded up: a wait is never shorter than was asked."""
    return -int(-seconds * SECOND // 1)


def written(moment: int | None) -> str:
    """A moment as ISO 8601, UTC, to the microsecond; nothing for none."""
    if moment is None:
        return ""
    return (EPOCH + timedelta(microseconds=moment)).isoformat(timespec="microseconds")
