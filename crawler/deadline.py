"""The time one request may take, everything included: headers that drip and bodies that drip."""

import socket
import threading
import time
from contextlib import suppress
from typing import Self

_of_thread = threading.local()


class Deadline:
    """A context in which one thread makes one request; when time is up its connections are cut.

    A timeout of a socket counts from the last byte, so that a server which sends one byte a second
    holds it for ever. Shutting the socket down ends whatever the thread is waiting for.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.expired = False
        self.connected = False  # whether a new connection was made: the host is there
        self._end = time.monotonic() + seconds
        self._handles: list[socket.socket] = []
        self._lock = threading.Lock()
        self._timer = threading.Timer(seconds, self.cut)
        self._timer.daemon = True

    @classmethod
    def current(cls) -> "Deadline":
        """The deadline of the request that this thread is making."""
        deadline: Deadline = _of_thread.deadline
        return deadline

    def __enter__(self) -> Self:
        _of_thread.deadline = self
        self._timer.start()
        return self

    def __exit__(self, *failure: object) -> None:
        self._timer.cancel()
        del _of_thread.deadline
        with self._lock:
            while self._handles:
                self._handles.pop().close()

    def left(self) -> float:
        """Seconds until the end, for a socket's own timeout; never 0, which would mean none."""
        return max(self._end - time.monotonic(), 0.001)

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
