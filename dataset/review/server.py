"""Serves the page of a review on loopback, to the one who knows its address and to nobody else.

The address holds a token that another page cannot guess. The Host header must name loopback, so
that a foreign name that is made to point here opens nothing (DNS rebinding), and a decision must
be JSON from the page itself, which no other origin can send without being asked first.
"""

import hmac
import json
import secrets
import threading
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast

from dataset.cleaning.decisions import Decision, now
from dataset.reading.inputs import as_label

LOOPBACK = "127.0.0.1"
MAX_BODY = 4_000_000  # bytes of decisions sent at once
TIMEOUT = 30.0  # seconds in which a client has to say what it wants
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; "
    "script-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What is served: a page, its script, an image a sample, and where decisions go."""

    page: Callable[[], str]
    script: str
    image: Callable[[str], bytes | None]  # of a sample by its id, as JPEG
    samples: Collection[str]  # ids that may be decided on
    decide: Callable[[Sequence[Decision]], None]  # returns when they are on disk
    token: str = field(default_factory=lambda: secrets.token_urlsafe(16))


class ReviewServer(ThreadingHTTPServer):
    """Listens on loopback; `port` 0 takes a free one. Raises OSError where it is taken."""

    daemon_threads = True

    def __init__(self, desk: Desk, port: int = 0) -> None:
        self.desk = desk
        self.writing = threading.Lock()
        super().__init__((LOOPBACK, port), _Handler)

    @property
    def address(self) -> str:
        """The address of the page."""
        return f"http://{LOOPBACK}:{self.server_port}/{self.desk.token}/"

    @property
    def hosts(self) -> set[str]:
        """What the Host header may say."""
        return {f"{name}:{self.server_port}" for name in (LOOPBACK, "localhost")}


class _Handler(BaseHTTPRequestHandler):
    """Answers GET for the page, review.js and <sample>.img, and POST for decide."""

    timeout = TIMEOUT
    server_version = "deeprunning"
    sys_version = ""

    def do_GET(self) -> None:
        desk, name = self._review.desk, self._name()
        if name == "":
            self._send("text/html; charset=utf-8", desk.page().encode())
        elif name == "review.js":
            self._send("text/javascript; charset=utf-8", desk.script.encode())
        elif name and (body := desk.image(name.removesuffix(".img"))):
            self._send("image/jpeg", body)
        else:
            self._refuse(HTTPStatus.NOT_FOUND, "there is no such page")

    def do_POST(self) -> None:
        if self._name() != "decide":
            self._refuse(HTTPStatus.NOT_FOUND, "there is no such page")
        elif not self._from_our_page():
            self._refuse(HTTPStatus.FORBIDDEN, "only the page of the review may decide")
        elif not 0 < (length := self._length()) <= MAX_BODY:
            self._refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too much at once, or nothing")
        else:
            self._decide(self.rfile.read(length))

    def _decide(self, body: bytes) -> None:
        review = self._review
        try:
            decisions = read_message(body, review.desk.samples)
        except ValueError as error:
            self._refuse(HTTPStatus.BAD_REQUEST, str(error))
            return
        try:
            with review.writing:
                review.desk.decide(decisions)
        except OSError as error:
            sentence = f"the disk refused: {error.strerror}"
            self._refuse(HTTPStatus.INSUFFICIENT_STORAGE, sentence)
            return
        self._send("text/plain; charset=utf-8", b"saved")

    @property
    def _review(self) -> ReviewServer:
        return cast(ReviewServer, self.server)

    def _name(self) -> str | None:
        """What is asked for below the token; None where token or host are not ours."""
        _, token, *rest = (*self.path.split("/", maxsplit=2), "")
        known = hmac.compare_digest(token.encode(), self._review.desk.token.encode())
        ours = known and self.headers.get("Host", "") in self._review.hosts
        return rest[0] if ours else None

    def _from_our_page(self) -> bool:
        origin = self.headers.get("Origin")
        kind = self.headers.get("Content-Type", "").split(";")[0].strip().lower()
        own = {f"http://{host}" for host in self._review.hosts}
        return kind == "application/json" and (origin is None or origin in own)

    def _length(self) -> int:
        text = self.headers.get("Content-Length", "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else 0

    def _refuse(self, status: HTTPStatus, sentence: str) -> None:
        self.close_connection = True
        self._send("text/plain; charset=utf-8", sentence.encode(), status)

    def _send(self, kind: str, body: bytes, status: HTTPStatus = HTTPStatus.OK) -> None:
        self.send_response(status)
        for name, value in HEADERS.items():
            self.send_header(name, value)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # its name there
        """Nothing: what was decided stands in decisions.csv."""


def read_message(body: bytes, samples: Collection[str]) -> list[Decision]:
    """What the page sent, as decisions of now about these samples. Raises ValueError."""
    try:
        sent = json.loads(body)
        facts = [(one["sha256"], one["decision"], one["label"]) for one in sent]
    except (ValueError, TypeError, KeyError, RecursionError):
        raise ValueError("that is no list of decisions") from None
    return [_decision(fact, samples) for fact in facts]


def _decision(fact: tuple[Any, Any, Any], samples: Collection[str]) -> Decision:
    name, decision, label = fact
    if not all(isinstance(each, str) for each in fact) or name not in samples:
        raise ValueError("there is no such sample")
    return Decision(sha256=name, decision=decision, label=as_label(label), when=now())
