"""One HTTP request at a time, unharmed by whatever answers. The only module that imports requests.

A redirect is an answer like any other and never followed here: each hop has a robots.txt and a
delay of its own.
"""

import threading
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http.cookiejar import DefaultCookiePolicy
from io import BytesIO
from typing import Any

import requests
import urllib3
from requests.adapters import HTTPAdapter
from requests.structures import CaseInsensitiveDict
from requests.utils import DEFAULT_CA_BUNDLE_PATH
from urllib3.util.ssl_ import create_urllib3_context

from crawler.config import CrawlConfig
from crawler.errors import FetchError
from crawler.network.address import Door, GuardedHTTPConnection, GuardedHTTPSConnection
from crawler.network.deadline import Watch
from crawler.network.failure import SENTENCES, one_kind_of_error
from crawler.url import canonical

PAGE_BYTES = 2 << 20  # of a page or a robots.txt; what follows is not read
PIECE = 1 << 16  # bytes read at a time
CODINGS = frozenset({"", "identity", "gzip", "x-gzip", "deflate"})  # that can be undone
REDIRECTS = frozenset({301, 302, 303, 307, 308})
TAG = "x-robots-tag"
HOSTS = 512  # to which a connection is kept; of more, those asked longest ago are let go

# Given the Content-Type, the first bytes and how many are here, how many of the body are wanted.
# Asked again when more than those are here.
Limit = Callable[[str, bytes, int], int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back for a URL: any status; the body only where it was wanted."""

    url: str
    status: int
    headers: Mapping[str, str] = field(repr=False)  # names in lower case; several lines of TAG stay
    body: bytes = field(default=b"", repr=False)  # decoded from the transfer
    cut: bool = False  # there was more than the limit
    location: str = ""  # where a redirect leads, canonical

    @property
    def content_type(self) -> str:
        """In lower case, without parameters."""
        return self.headers.get("content-type", "").split(";")[0].strip().lower()


def all_of(limit: int) -> Limit:
    """A limit that asks for everything up to so many bytes."""
    return lambda content_type, head, here: limit


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
        self.deadline = deadline
        self._headers = {
            "User-Agent": user_agent,
            "Accept": "*/*",
            "Accept-Encoding": "gzip, identity",
        }
        self._adapter = _GuardedAdapter(Door(allow_private), ca_file)
        self._thread = threading.local()
        self._watch = Watch()

    def get(self, url: str, limit: Limit, headers: Mapping[str, str] | None = None) -> Answer:
        """Send one GET request and read the answer.

        Raises FetchError with a word of crawler.network.failure where there is no whole answer.
        """
        with self._watch.deadline(self.deadline) as deadline, one_kind_of_error(url, deadline):
            request = _prepared(url, {**self._headers, **(headers or {})})
            send = self._session().send
            with send(request, stream=True, allow_redirects=False, timeout=deadline.left()) as got:
                deadline.reached = True
                return _read(url, got, limit)

    def close(self) -> None:
        """Cut what is running, and whatever begins to; let go of the connections."""
        self._watch.close()
        self._adapter.close()

    def _session(self) -> requests.Session:
        if not hasattr(self._thread, "session"):
            self._thread.session = _session(self._adapter)
        session: requests.Session = self._thread.session
        return session


class _Session(requests.Session):
    def get_redirect_target(self, resp: requests.Response) -> None:
        """None: requests would read the whole body of a redirect, however long."""


def _session(adapter: HTTPAdapter) -> requests.Session:
    session = _Session()
    session.trust_env = False  # no proxies, no .netrc
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    session.mount("http://", adapter)
    session.mount("https://", adapter)
    return session


def _prepared(url: str, headers: Mapping[str, str]) -> requests.PreparedRequest:
    """A request as it is sent: requests would quote some addresses again, in five times the time.

    What is written into its fields is canonical already, and has passed no hand but ours.
    """
    request = requests.PreparedRequest()
    request.method, request.url = "GET", url
    request.headers = CaseInsensitiveDict(headers)
    return request


class _GuardedAdapter(HTTPAdapter):
    """Connects through a door; one kept connection a host, since one request is in flight there."""

    def __init__(self, door: Door, ca_file: str) -> None:
        self.door = door
        self.trust = create_urllib3_context()  # one for all: each would hold every certificate
        self.trust.load_verify_locations(ca_file or DEFAULT_CA_BUNDLE_PATH)
        super().__init__(pool_connections=HOSTS, pool_maxsize=1, max_retries=0)

    def cert_verify(self, *args: Any, **kwargs: Any) -> None:
        """Nothing: the context knows whom to trust."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, ssl_context=self.trust, **kwargs)
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
    if TAG in headers:  # each line may speak to another crawler
        headers[TAG] = "\n".join(response.raw.headers.getlist(TAG))
    plain = Answer(url=url, status=response.status_code, headers=headers)
    if plain.status in REDIRECTS and "location" in headers:
        return Answer(url=url, status=plain.status, headers=headers, location=_target(response))
    if not 200 <= plain.status < 300:
        return plain
    coding = headers.get("content-encoding", "").lower()
    if not CODINGS.issuperset(part.strip() for part in coding.split(",")):
        raise FetchError(url, "http", "the answer has a content coding that we did not ask for")
    pieces = response.iter_content(PIECE)
    head = next(pieces, b"")
    body, cut = _body(head, pieces, lambda here: limit(plain.content_type, head, here))
    return Answer(url=url, status=plain.status, headers=headers, body=body, cut=cut)


def _body(head: bytes, pieces: Iterator[bytes], wanted: Callable[[int], int]) -> tuple[bytes, bool]:
    """The body as far as it is wanted, and whether there is more."""
    body = BytesIO()  # which, unlike others, gives out its bytes without a copy of them all
    here = body.write(head)
    most = wanted(here)
    while here <= most and (piece := next(pieces, b"")):
        here += body.write(piece)
        if here > most:
            most = wanted(here)
    body.truncate(most)
    return body.getvalue(), here > most


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
