"""One HTTP request at a time, unharmed by whatever answers. The only module that imports requests.

A redirect is an answer like any other and never followed here: each hop has a robots.txt and a
delay of its own.
"""

import threading
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import requests
import urllib3
from requests.adapters import HTTPAdapter

from crawler.address import Door, GuardedHTTPConnection, GuardedHTTPSConnection
from crawler.config import CrawlConfig
from crawler.deadline import Deadline
from crawler.errors import FetchError
from crawler.failure import SENTENCES, one_kind_of_error
from crawler.url import canonical

PAGE_BYTES = 2 << 20  # of a page or a robots.txt; what follows is not read
PIECE = 1 << 16  # bytes read at a time
CODINGS = frozenset({"", "identity", "gzip", "x-gzip", "deflate"})  # that can be undone
REDIRECTS = frozenset({301, 302, 303, 307, 308})

# Given the Content-Type and the first bytes, how many bytes of the body are wanted.
Limit = Callable[[str, bytes], int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back for a URL: any status; the body only where it was wanted."""

    url: str
    status: int
    headers: Mapping[str, str] = field(repr=False)  # names in lower case
    body: bytes = field(default=b"", repr=False)  # decoded from the transfer
    cut: bool = False  # there was more than the limit
    location: str = ""  # where a redirect leads, canonical

    @property
    def content_type(self) -> str:
        """In lower case, without parameters."""
        return self.headers.get("content-type", "").split(";")[0].strip().lower()


def all_of(limit: int) -> Limit:
    """A limit that asks for everything up to so many bytes."""
    return lambda content_type, head: limit


class Fetcher:
    """Sends requests from any number of threads; connections are kept alive between them."""

    def __init__(
        self,
        user_agent: str,
        *,
        deadline: float = 30.0,
        allow_private: Collection[str] = (),
        ca_file: str = "",
    ) -> None:
        """`deadline` in seconds for one request, everything included.

        `ca_file` holds the certificates to trust, PEM; "" for the usual ones.
        """
        self.user_agent = user_agent
        self.deadline = deadline
        self.ca_file = ca_file
        self._adapter = _GuardedAdapter(Door(allow_private))
        self._thread = threading.local()
        self._running: set[Deadline] = set()
        self._is_closed = False

    def get(self, url: str, limit: Limit, headers: Mapping[str, str] | None = None) -> Answer:
        """Send one GET request and read the answer.

        Raises FetchError with a word of crawler.failure where there is no whole answer.
        """
        with Deadline(self.deadline) as deadline, one_kind_of_error(url, deadline):
            self._running.add(deadline)
            if self._is_closed:
                deadline.cut()
            try:
                with self._send(url, headers or {}) as response:
                    return _read(url, response, limit)
            finally:
                self._running.discard(deadline)

    def close(self) -> None:
        """Cut what is running, and whatever begins to; let go of the connections."""
        self._is_closed = True
        for deadline in list(self._running):
            deadline.cut()
        self._adapter.close()

    def _send(self, url: str, headers: Mapping[str, str]) -> requests.Response:
        request = self._session().prepare_request(requests.Request("GET", url, headers=headers))
        request.url = url  # as it is recorded: requests would quote some addresses again
        return self._session().send(
            request, stream=True, allow_redirects=False, timeout=Deadline.current().left()
        )

    def _session(self) -> requests.Session:
        if not hasattr(self._thread, "session"):
            self._thread.session = _session(self.user_agent, self._adapter)
            self._thread.session.verify = self.ca_file or True
        session: requests.Session = self._thread.session
        return session


class _Session(requests.Session):
    def get_redirect_target(self, resp: requests.Response) -> None:
        """None: requests would read the whole body of a redirect, however long."""


def _session(user_agent: str, adapter: HTTPAdapter) -> requests.Session:
    session = _Session()
    session.trust_env = False  # no proxies, no .netrc
    session.headers.clear()
    session.headers.update(
        {"User-Agent": user_agent, "Accept": "*/*", "Accept-Encoding": "gzip, identity"}
    )
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    session.mount("http://", adapter)
    session.mount("https://", adapter)
    return session


class _GuardedAdapter(HTTPAdapter):
    """Connects through a door; one kept connection a host, since one request is in flight there."""

    def __init__(self, door: Door) -> None:
        self.door = door
        super().__init__(pool_connections=64, pool_maxsize=1, max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {
            "http": _pool(urllib3.HTTPConnectionPool, GuardedHTTPConnection, self.door),
            "https": _pool(urllib3.HTTPSConnectionPool, GuardedHTTPSConnection, self.door),
        }


def _pool(pool: type[Any], connection: type[Any], door: Door) -> type[Any]:
    """urllib3's pool with connections of ours, which go through this door."""
    return type(
        pool.__name__,
        (pool,),
        {"ConnectionCls": type(connection.__name__, (connection,), {"door": door})},
    )


def _read(url: str, response: requests.Response, limit: Limit) -> Answer:
    headers = {name.lower(): value for name, value in response.headers.items()}
    plain = Answer(url=url, status=response.status_code, headers=headers)
    if plain.status in REDIRECTS and "location" in headers:
        return Answer(url=url, status=plain.status, headers=headers, location=_target(response))
    if not 200 <= plain.status < 300:
        return plain
    coding = headers.get("content-encoding", "").lower()
    if not CODINGS.issuperset(part.strip() for part in coding.split(",")):
        raise FetchError(url, "http", f"the answer has a coding we did not ask for: {coding}")
    pieces = response.iter_content(PIECE)
    head = next(pieces, b"")
    most = limit(plain.content_type, head)
    body = bytearray(head)
    while len(body) <= most and (piece := next(pieces, b"")):
        body += piece
    cut = len(body) > most
    return Answer(url=url, status=plain.status, headers=headers, body=bytes(body[:most]), cut=cut)


def _target(response: requests.Response) -> str:
    """Where a redirect leads. Bytes above ASCII are UTF-8, as in browsers, or else Latin-1."""
    location = response.headers["location"]
    with suppress(UnicodeError):
        location = location.encode("latin-1").decode("utf-8")
    target = canonical(location, str(response.request.url))
    if target is None:
        raise FetchError(str(response.request.url), "redirect", SENTENCES["redirect"])
    return target


def fetching(
    *, user_agent: str, allow_private: Collection[str] = (), delay: float = 1.0
) -> Callable[[str], bytes]:
    """A function that fetches the body behind one address after another, as politely as a crawl.

    robots.txt comes first, each redirect is checked anew, and between two requests to a host lie
    `delay` seconds. Raises ValueError for a user agent without a name, and the function FetchError.
    """
    from crawler.single import Single  # it stands on this module

    CrawlConfig(user_agent=user_agent, delay=delay)  # its rules are those of a crawl
    return Single(user_agent, delay=delay, allow_private=allow_private).get
