"""Ctrl-C and SIGTERM as one interruption, after which there is a moment to save the state."""

import math
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

GRACE = 2.0  # seconds in which a second signal is the same impatience as the first


@contextmanager
def interruptible() -> Iterator[None]:
    """Raise KeyboardInterrupt at a signal that comes alone; its handlers stay until the end."""
    if threading.current_thread() is not threading.main_thread():  # signals are the main thread's
        yield
        return
    interrupted = -math.inf  # monotonic seconds

    def interrupt(number: int, frame: object) -> None:
        nonlocal interrupted
        if time.monotonic() - interrupted >= GRACE:
            interrupted = time.monotonic()
            raise KeyboardInterrupt

    before = {number: signal.signal(number, interrupt) for number in _signals()}
    try:
        yield
    finally:
        if interrupted == -math.inf:
            for number, handler in before.items():
                signal.signal(number, handler)


def _signals() -> Iterator[int]:
    """Those that end a command; a shell may have Ctrl-C ignored, which then stays so."""
    yield signal.SIGTERM
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        yield signal.SIGINT
