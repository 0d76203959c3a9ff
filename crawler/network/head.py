"""Answers whose headers are whole.

http.client takes the end of a connection for the end of the headers, so that an answer cut there
looks like an empty one: an empty robots.txt, for one, which would open a host.
"""

from http.client import HTTPResponse, RemoteDisconnected
from io import BufferedReader
from typing import Any


class WholeHead(HTTPResponse):
    """An answer that raises RemoteDisconnected where no empty line ends its headers."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._lines = _Lines(self.fp.detach())
        self.fp = self._lines

    def begin(self) -> None:
        super().begin()
        if not self._lines.last:
            self.close()
            raise RemoteDisconnected("the connection ended within the headers")


class _Lines(BufferedReader):
    """A reader that remembers the line it read last, which is empty at the end."""

    last = b""

    def readline(self, size: int | None = -1, /) -> bytes:
        self.last = super().readline(size)
        return self.last
