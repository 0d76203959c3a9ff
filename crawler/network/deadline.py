"""The time one request may take, everything included: headers that drip and bodies that drip."""

import math
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Self

_of_thread = threading.local()


class Deadline:
    """A context in which one thread makes one request, whose connections can be cut.

    A timeout of a socket counts from the last byte, so that a server which sends one byte a second
    holds it for ever. Shutting the socket down ends whatever the thread is waiting for.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.expired = False
        self.reached = False  # whether the host is there: a new connection stood, or headers came
        self.end = time.monotonic() + seconds
        self._handles: list[socket.socket] = []
        self._lock = threading.Lock()

    @classmethod
    def current(cls) -> "Deadline":
        """The deadline of the request that this thread is making."""
        deadline: Deadline = _of_thread.deadline
        return deadline

    def __enter__(self) -> Self:
        _of_thread.deadline = self
        return self

    def __exit__(self, *failure: object) -> None:
        del _of_thread.deadline
        with self._lock:
            while self._handles:
                self._handles.pop().close()

    def left(self) -> float:
        """Seconds until the end, for a socket's own timeout; never 0, which would mean none."""
        return max(self.end - time.monotonic(), 0.001)

    def require(self) -> None:
        """Raises TimeoutError where time is up."""
        if self.expired:
            raise TimeoutError

    def watch(self, sock: socket.socket) -> None:
        """Cut this connection, too, when time is up; at once where it already is.

        We keep a handle of our own: a library closes its sockets, or wraps them for TLS, while
        the answer is still being read.
        """
        handle = socket.socket(fileno=socket.dup(sock.fileno()))
        with self._lock:
            self._handles.append(handle)
        if self.expired:
            self.cut()

    def cut(self) -> None:
        """Time is up, or the crawl is being stopped."""
        self.expired = True
        with self._lock:
            for handle in self._handles:
                with suppress(OSError):  # closed by the other side meanwhile
                    handle.shutdown(socket.SHUT_RDWR)


class Watch:
    """Cuts requests when their time is up: one thread, asleep until the first of them is due.

    A timer for each request would be a thread for each, at twice the cost of parsing its answer.
    """

    def __init__(self) -> None:
        self._running: set[Deadline] = set()
        self._change = threading.Condition()
        self._wakes = 0.0  # when the thread looks again, monotonic seconds
        self._thread: threading.Thread | None = None
        self._is_closed = False

    @contextmanager
    def deadline(self, seconds: float) -> Iterator[Deadline]:
        """A request that may take so long; cut at once where the watch is closed."""
        with Deadline(seconds) as deadline:
            self._begin(deadline)
            try:
                yield deadline
            finally:
                with self._change:
                    self._running.discard(deadline)

    def close(self) -> None:
        """Cut what is running, and whatever begins to."""
        with self._change:
            self._is_closed = True
            for deadline in self._running:
                deadline.cut()
            self._change.notify()

    def _begin(self, deadline: Deadline) -> None:
        with self._change:
            if self._is_closed:
                deadline.cut()
                return
            self._running.add(deadline)
            if self._thread is None:
                self._thread = threading.Thread(target=self._cut_in_time, daemon=True)
                self._thread.start()
            if deadline.end < self._wakes:
                self._change.notify()

    def _cut_in_time(self) -> None:
        with self._change:
            while not self._is_closed:
                now = time.monotonic()
                for deadline in self._running:
                    if deadline.end <= now:
                        deadline.cut()
                ends = (each.end for each in self._running if not each.expired)
                self._wakes = min(ends, default=math.inf)
                self._change.wait(min(self._wakes - now, threading.TIMEOUT_MAX))
