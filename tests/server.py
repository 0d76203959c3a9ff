"""A small web server on loopback for tests: several hosts on one port, some of them over TLS.

A site is a mapping or a function. The keys of a mapping are paths, for every host, or host and
path ("127.0.0.2/cat.png") for one. The values, and what a function returns, are bodies or answers;
None is a 404. The server keeps a log of all that was asked.
"""

import mimetypes
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socketserver import TCPServer
from types import MappingProxyType
from typing import Any, cast
from urllib.parse import unquote, urlsplit


@dataclass(frozen=True, slots=True)
class Answer:
    """What is sent for a request. The type follows from the path where no header says it."""

    body: bytes | str | Iterable[bytes] = b""  # pieces are sent as they come, and then the end
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    raw: bool = False  # the body is all that is sent: status line and headers are in it


Body = Answer | bytes | str | None
Site = Mapping[str, Body] | Callable[[str, str, str, Mapping[str, str]], Body]


@dataclass(slots=True)
class Exchange:
    """One request and its answer as the server saw them. Times are seconds."""

    method: str
    host: str  # name or address, without the port, which all share
    path: str  # with the query, as sent
    headers: Mapping[str, str]
    start: float  # monotonic, when the request line was read
    start_at: float  # wall clock
    end: float  # monotonic, before the last piece of the answer is written
    end_at: float  # wall clock
    status: int = 0


def early_requests(log: Iterable[Exchange], delay: float) -> list[str]:
    """A sentence for each request that began less than `delay` seconds after the one before it.

    "Before" is the latest end of any earlier request to the same host. The end of an answer is
    noted before it is written, since the client may have it first: a gap is never seen too small.
    """
    ends: dict[str, Exchange] = {}
    early = []
    for exchange in sorted(log, key=lambda exchange: exchange.start):
        before = ends.setdefault(exchange.host, exchange)
        if before is not exchange and exchange.start - before.end < delay:
            gap = exchange.start - before.end
            early.append(f"{exchange.host}{exchange.path} {gap:.6f} s after {before.path}")
        ends[exchange.host] = max(before, exchange, key=lambda exchange: exchange.end)
    return early


def folder(root: Path) -> Site:
    """The files of a folder as a site; a path that ends with a slash is its index.html."""

    def answer(method: str, host: str, path: str, headers: Mapping[str, str]) -> Body:
        name = unquote(urlsplit(path).path)
        file = root / (name.lstrip("/") + "index.html" * name.endswith("/"))
        inside = file.resolve().is_relative_to(root.resolve())
        return file.read_bytes() if inside and file.is_file() else None

    return answer


class Server:
    """The running server; `site` may be changed at any time."""

    def __init__(self, site: Site, hosts: Sequence[str], tls: Mapping[str, ssl.SSLContext]) -> None:
        self.site = site
        self.tls = tls
        self.log: list[Exchange] = []
        self.faults: list[Exception] = []  # of the site itself; raised when the server is closed
        self.listeners = _listen(self, hosts)
        self.port: int = self.listeners[0].server_address[1]

    def url(self, path: str = "/", host: str = "127.0.0.1") -> str:
        return f"http{'s' * (host in self.tls)}://{host}:{self.port}{path}"

    def paths(self, host: str = "127.0.0.1") -> list[str]:
        """The paths asked of one host, in order."""
        return [exchange.path for exchange in list(self.log) if exchange.host == host]

    def answer(self, exchange: Exchange) -> Answer:
        try:
            body = self._find(exchange)
        except Exception as fault:  # noqa: BLE001  # a handler must answer; `serve` raises it later
            self.faults.append(fault)
            return Answer("the site of this test failed", 500)
        if body is None:
            return Answer("not here", 404, {"Content-Type": "text/plain"})
        return body if isinstance(body, Answer) else Answer(body)

    def _find(self, exchange: Exchange) -> Body:
        host, path = exchange.host, exchange.path
        if isinstance(self.site, Mapping):
            return self.site.get(host + path, self.site.get(path))
        return self.site(exchange.method, host, path, exchange.headers)


@contextmanager
def serve(
    site: Site,
    *,
    hosts: Sequence[str] = ("127.0.0.1",),
    tls: Mapping[str, ssl.SSLContext] = MappingProxyType({}),
) -> Iterator[Server]:
    """Serve a site on these loopback addresses, all on one free port, while the block runs.

    An IPv6 address stands in brackets. Hosts with a context in `tls` speak HTTPS; those of
    tests.authority are trusted by clients that take its file.
    """
    server = Server(site, hosts, tls)
    with ExitStack() as stack:
        for listener in server.listeners:
            stack.enter_context(listener)
            threading.Thread(target=listener.serve_forever, args=(0.02,), daemon=True).start()
            stack.callback(listener.stop)
        yield server
    if server.faults:
        raise ExceptionGroup("the site failed", server.faults)


def _listen(server: Server, hosts: Sequence[str]) -> list["_Listener"]:
    """Listeners for every host on one port, which the system chooses for the first of them."""
    for attempt in range(20):
        with ExitStack() as stack:
            listeners: list[_Listener] = []
            try:
                for host in hosts:
                    port = listeners[0].server_address[1] if listeners else 0
                    listeners.append(stack.enter_context(_Listener(host, port, server)))
            except OSError:  # another program has this port on one of the other hosts
                if attempt == 19:
                    raise
                continue
            stack.pop_all()
            return listeners
    raise AssertionError


class _Listener(ThreadingHTTPServer):
    """One address of the server. Silent, whatever a client does."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, host: str, port: int, server: Server) -> None:
        self.server = server
        self.context = server.tls.get(host)
        self.connections: set[socket.socket] = set()
        self.address_family = socket.AF_INET6 if host.startswith("[") else socket.AF_INET
        super().__init__((host.strip("[]"), port), _Handler)

    def server_bind(self) -> None:
        TCPServer.server_bind(self)  # without the look-up of its own name, which may take seconds

    def get_request(self) -> tuple[socket.socket, Any]:
        connection, address = super().get_request()
        if self.context:  # the handshake is left to the thread that reads the request
            connection = self.context.wrap_socket(
                connection, server_side=True, do_handshake_on_connect=False
            )
        self.connections.add(connection)
        return connection, address

    def shutdown_request(self, request: Any) -> None:
        self.connections.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no news."""

    def stop(self) -> None:
        self.shutdown()
        for connection in list(self.connections):  # kept alive by clients
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # it and delayed acknowledgements cost 40 ms an answer
    wbufsize = -1  # headers and body leave together

    def parse_request(self) -> bool:
        self.begun = time.monotonic(), time.time()
        return super().parse_request()

    def do_GET(self) -> None:
        server = cast("_Listener", self.server).server
        exchange = self._exchange()
        server.log.append(exchange)
        answer = server.answer(exchange)
        exchange.status = answer.status
        pieces = _pieces(answer.body)
        if not answer.raw:
            self._head(answer, pieces)
        self.close_connection |= answer.raw or not isinstance(pieces, list)
        self._write(exchange, [] if self.command == "HEAD" else pieces)

    def do_HEAD(self) -> None:
        self.do_GET()

    def log_message(self, *words: object) -> None:
        """Say nothing: the log is data."""

    def _exchange(self) -> Exchange:
        host = self.headers.get("Host", "").rpartition(":")[0]
        start, start_at = self.begun
        headers = {name.lower(): value for name, value in self.headers.items()}
        return Exchange(self.command, host, self.path, headers, start, start_at, start, start_at)

    def _head(self, answer: Answer, pieces: Iterable[bytes]) -> None:
        headers = {"Content-Type": _type(self.path)} | dict(answer.headers)
        if isinstance(pieces, list):
            headers.setdefault("Content-Length", str(sum(map(len, pieces))))
        else:
            headers["Connection"] = "close"
        self.send_response_only(answer.status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def _write(self, exchange: Exchange, pieces: Iterable[bytes]) -> None:
        exchange.end, exchange.end_at = time.monotonic(), time.time()
        with suppress(OSError):  # the client went away
            for piece in pieces:
                exchange.end, exchange.end_at = time.monotonic(), time.time()
                self.wfile.write(piece)
                self.wfile.flush()


def _pieces(body: bytes | str | Iterable[bytes]) -> Iterable[bytes]:
    """A list of one for a body at hand, else the iterable itself."""
    if isinstance(body, str):
        body = body.encode()
    return [body] if isinstance(body, bytes) else body


def _type(path: str) -> str:
    return mimetypes.guess_type(urlsplit(path).path)[0] or "text/html; charset=utf-8"
