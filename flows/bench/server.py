"""The gallery's web server, a process of its own: `python -m flows.bench.server FOLDER`.

It prints its port, answers until its standard input ends, and then prints what it counted as JSON.
It must cost little beside what it measures: one thread, and every answer in one write.
"""

import asyncio
import json
import socket
import sys
import time
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from flows.bench.gallery import HOSTS, Gallery, photos_in
from flows.bench.site import Site
from flows.bench.tally import Tally
from flows.bench.terms import DELAY


class Connection(asyncio.Protocol):
    """One connection of a client, kept open; asyncio sends without Nagle's delay."""

    def __init__(self, host: str, site: Site, tally: Tally) -> None:
        self._host, self._site, self._tally = host, site, tally
        self._received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        start = time.perf_counter()
        self._received += data
        while b"\r\n\r\n" in self._received:  # where a GET ends
            head, _, self._received = self._received.partition(b"\r\n\r\n")
            target = head.split(b" ", 2)[1].decode("ascii")
            answer = self._site(self._host, target)
            self._tally.note(self._host, target, start, time.perf_counter())
            self._transport.write(answer)


def listen(attempts: int = 20) -> list[socket.socket]:
    """A socket on each host, all on one port, which the system chooses for the first of them.

    Raises OSError where a host is no address of this machine.
    """
    for attempt in range(attempts):
        with ExitStack() as stack:
            sockets: list[socket.socket] = []
            try:
                for host in HOSTS:
                    port = sockets[0].getsockname()[1] if sockets else 0
                    sockets.append(stack.enter_context(socket.create_server((host, port))))
            except OSError:  # another program has this port on one of the other hosts
                if attempt == attempts - 1:
                    raise
                continue
            stack.pop_all()
            return sockets
    raise AssertionError


async def serve(photos: Path) -> None:
    """Answer on the four hosts until standard input ends."""
    sockets, tally = listen(), Tally(DELAY)
    port = sockets[0].getsockname()[1]
    site, loop = Site(Gallery(photos_in(photos), port)), asyncio.get_running_loop()
    for host, listening in zip(HOSTS, sockets, strict=True):
        await loop.create_server(partial(Connection, host, site, tally), sock=listening)
    print(port, flush=True)
    await asyncio.to_thread(sys.stdin.read)
    print(json.dumps(tally.counts()))


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1])))
