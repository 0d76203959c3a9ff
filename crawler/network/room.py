"""Room in memory for large bodies: any number of hosts may answer at once, whatever they send."""

from contextlib import ExitStack
from threading import BoundedSemaphore

from crawler.network.deadline import Deadline

PIECE = 2 << 20  # bytes; each body may have one without asking
PIECES = 128  # that all others have together


class Room:
    """What large bodies take of the memory, piece by piece, from when they grow to when they go."""

    def __init__(self, pieces: int = PIECES) -> None:
        self._free = BoundedSemaphore(pieces)

    def claim(self, held: ExitStack) -> None:
        """Wait for one more piece; it is free again when `held` is closed.

        Raises TimeoutError at the deadline of the request that this thread is making.
        """
        if not self._free.acquire(timeout=Deadline.current().left()):
            raise TimeoutError
        held.callback(self._free.release)
