"""Looks up the addresses of a name within the deadline of a request, which no system call has."""

import queue
import socket
import threading
from typing import Any

from crawler.network.deadline import Deadline

LOOK = 0.05  # seconds between two looks at whether the request was cut

Found = list[tuple[Any, ...]] | Exception


def addresses(name: str, port: int) -> list[tuple[Any, ...]]:
    """As `socket.getaddrinfo` tells them, for TCP. Raises what it raises, and TimeoutError.

    A thread of its own waits for the answer. Nothing can end it, and nobody waits for it once the
    request was cut, nor when the process ends.
    """
    found: queue.SimpleQueue[Found] = queue.SimpleQueue()
    threading.Thread(target=_look_up, args=(name, port, found), daemon=True).start()
    while not Deadline.current().expired:
        try:
            answer = found.get(timeout=LOOK)
        except queue.Empty:
            continue
        if isinstance(answer, Exception):
            raise answer
        return answer
    raise TimeoutError


def _look_up(name: str, port: int, found: "queue.SimpleQueue[Found]") -> None:
    try:
        found.put(list(socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)))
    except Exception as error:  # noqa: BLE001  # raised again where it is waited for
        found.put(error)
