"""A web server on loopback for the demo's site, in a thread of its own."""

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from flows.demo.site import Answer

HOST = "127.0.0.1"


class Handler(BaseHTTPRequestHandler):
    """Answers GET with what the site says; prints nothing."""

    protocol_version = "HTTP/1.1"  # connections stay open
    disable_nagle_algorithm = True
    wbufsize = -1  # headers and body leave together
    server: "Server"

    def do_GET(self) -> None:
        answer = self.server.site(self.path)
        etag = f'"{sha256(answer.body).hexdigest()[:16]}"'
        if answer.status == 200 and self.headers["If-None-Match"] == etag:
            self.send_response(304)
            self.send_header("ETag", etag)
            self.end_headers()
            return
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(len(answer.body)))
        self.send_header("ETag", etag)
        self.end_headers()
        self.wfile.write(answer.body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # its name in the base
        return


class Server(ThreadingHTTPServer):
    """A site at a port of 127.0.0.1; port 0 is any that is free."""

    daemon_threads = True
    allow_reuse_address = sys.platform != "win32"  # where it would share a port with its owner
    request_queue_size = 64

    def __init__(self, port: int, site: Callable[[str], Answer]) -> None:
        """Listen. Raises OSError where the port is taken."""
        self.site = site
        super().__init__((HOST, port), Handler)

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that went away is no news; anything else is told as usual."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]  # as it came


@contextmanager
def serving(server: Server) -> Iterator[str]:
    """Answer requests until the block ends; yield the address of the front page."""
    with server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        try:
            yield f"http://{HOST}:{server.server_port}/"
        finally:
            server.shutdown()
