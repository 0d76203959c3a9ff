"""One request at a time against servers that misbehave."""

import gzip
import socket
import threading
import time
import tracemalloc
from collections.abc import Iterator
from contextlib import suppress

import pytest

from crawler.errors import FetchError
from crawler.fetch import Fetcher, all_of, fetching
from tests.crawler.crawling import AGENT
from tests.server import Answer, Body, Server, Site, early_requests, serve

MEBIBYTE = 1 << 20


@pytest.fixture
def fetcher() -> Iterator[Fetcher]:
    fetcher = Fetcher(AGENT, deadline=0.5, allow_private=["127.0.0.1"])
    yield fetcher
    fetcher.close()


def drip(first: bytes) -> Iterator[bytes]:
    """Something at once, then a byte every 50 ms, for ever."""
    yield first
    while True:
        time.sleep(0.05)
        yield b"x"


def endless() -> Iterator[bytes]:
    while True:
        yield bytes(MEBIBYTE)


def word_of(fetcher: Fetcher, url: str) -> str:
    with pytest.raises(FetchError) as caught:
        fetcher.get(url, all_of(MEBIBYTE))
    return caught.value.word


def test_an_answer_has_its_status_headers_and_body(fetcher: Fetcher) -> None:
    with serve(
        {"/a": Answer("hello", 200, {"ETag": '"1"', "Content-Type": "Text/Plain; x=1"})}
    ) as server:
        answer = fetcher.get(server.url("/a"), all_of(100))
        assert (answer.status, answer.body, answer.headers["etag"]) == (200, b"hello", '"1"')
        assert answer.content_type == "text/plain"
        assert fetcher.get(server.url("/b"), all_of(100)).status == 404


def test_a_request_says_who_we_are_and_carries_nothing_else(fetcher: Fetcher) -> None:
    with serve({"/": Answer("x", 200, {"Set-Cookie": "a=1"})}) as server:
        for _ in range(2):
            fetcher.get(server.url("/"), all_of(100))
        assert server.log[-1].headers == {
            "host": f"127.0.0.1:{server.port}",
            "user-agent": AGENT,
            "accept": "*/*",
            "accept-encoding": "gzip, identity",
        }


@pytest.mark.parametrize(
    "site",
    [
        {"/": Answer(drip(b"HTTP/1.1 200 OK\r\nX-A: "), raw=True)},
        {"/": Answer(drip(b"some"))},
        {"/": Answer(drip(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n"), raw=True)},
    ],
    ids=["headers", "body", "body with a length"],
)
def test_bytes_that_drip_do_not_stretch_the_deadline(fetcher: Fetcher, site: Site) -> None:
    with serve(site) as server:
        began = time.monotonic()
        assert word_of(fetcher, server.url("/")) == "timeout"
        assert time.monotonic() - began < 0.5 + 1.0


def test_the_deadline_also_ends_a_kept_connection(fetcher: Fetcher) -> None:
    with serve({"/": "fast", "/slow": Answer(drip(b"slow"))}) as server:
        fetcher.get(server.url("/"), all_of(100))
        assert word_of(fetcher, server.url("/slow")) == "timeout"


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_server_that_says_nothing_is_left_at_the_deadline(fetcher: Fetcher, scheme: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        assert word_of(fetcher, f"{scheme}://127.0.0.1:{silent.getsockname()[1]}/") == "timeout"


def test_a_handshake_that_drips_does_not_stretch_the_deadline(fetcher: Fetcher) -> None:
    """The beginning of a TLS record that is long in coming."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def handshake() -> None:
            connection, _ = server.accept()
            with connection, suppress(OSError):
                connection.sendall(b"\x16\x03\x03\x40\x00\x02\x00\x3f\xfc")
                while True:
                    time.sleep(0.05)
                    connection.sendall(b"x")

        threading.Thread(target=handshake, daemon=True).start()
        began = time.monotonic()
        assert word_of(fetcher, f"https://127.0.0.1:{server.getsockname()[1]}/") == "timeout"
        assert time.monotonic() - began < 0.5 + 1.0


def test_an_endless_body_is_read_up_to_the_limit(fetcher: Fetcher) -> None:
    with serve({"/": Answer(endless())}) as server:
        answer = fetcher.get(server.url("/"), all_of(100_000))
        assert (len(answer.body), answer.cut) == (100_000, True)


def test_a_bomb_is_measured_after_it_is_unpacked(fetcher: Fetcher) -> None:
    bomb = gzip.compress(bytes(256 * MEBIBYTE), 1)
    with serve({"/": Answer(bomb, 200, {"Content-Encoding": "gzip"})}) as server:
        tracemalloc.start()
        answer = fetcher.get(server.url("/"), all_of(MEBIBYTE))
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert (len(answer.body), answer.cut) == (MEBIBYTE, True)
    assert peak < 16 * MEBIBYTE


def test_a_redirect_is_an_answer_and_its_body_is_not_read(fetcher: Fetcher) -> None:
    moved = Answer(endless(), 302, {"Location": "../b?x=" + "ü".encode().decode("latin-1")})
    with serve({"/a/": moved}) as server:
        answer = fetcher.get(server.url("/a/"), all_of(100))
        assert answer.location == server.url("/b?x=%C3%BC")
        assert answer.body == b""
        assert server.paths() == ["/a/"]


@pytest.mark.parametrize("location", ["file:///etc/passwd", "http://", "ftp://127.0.0.1/"])
def test_a_redirect_to_no_web_address_is_a_failure(fetcher: Fetcher, location: str) -> None:
    with serve({"/": Answer("", 302, {"Location": location})}) as server:
        assert word_of(fetcher, server.url("/")) == "redirect"


@pytest.mark.parametrize(
    ("raw", "word"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort", "truncated"),
        (b"", "connect"),
        (b"I am no web server\r\n\r\n", "connect"),
        (b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 200 + b"\r\n", "connect"),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\nno gzip", "connect"),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: nonsense\r\n\r\nx", "http"),
    ],
)
def test_broken_answers_have_a_word(fetcher: Fetcher, raw: bytes, word: str) -> None:
    with serve({"/": Answer(raw, raw=True)}) as server:
        assert word_of(fetcher, server.url("/")) == word


def test_hosts_that_are_not_there_have_a_word(fetcher: Fetcher) -> None:
    with serve({}) as server:
        pass  # its port is closed again
    assert word_of(fetcher, server.url("/")) == "connect"
    assert word_of(fetcher, "http://nobody.invalid/") == "dns"


def test_a_server_without_tls_is_a_failure_of_tls(fetcher: Fetcher) -> None:
    with serve({"/": "x"}) as server:
        assert word_of(fetcher, server.url("/").replace("http:", "https:")) == "tls"


@pytest.mark.parametrize(
    "host", ["127.0.0.2", "127.1", "2130706433", "[::ffff:7f00:1]", "localhost"]
)
def test_a_private_host_is_not_connected_to(fetcher: Fetcher, host: str) -> None:
    with serve({"/": "secret"}, hosts=["127.0.0.1", "127.0.0.2"]) as server:
        assert word_of(fetcher, f"http://{host}:{server.port}/") == "private-address"
        assert server.log == []


def test_an_environment_proxy_is_not_asked(
    fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    with serve({"/": "x"}) as server:
        assert fetcher.get(server.url("/"), all_of(9)).body == b"x"


def test_connections_to_a_hundred_hosts_are_kept() -> None:
    hosts = [f"127.0.0.{number}" for number in range(1, 101)]
    fetcher = Fetcher(AGENT, allow_private=hosts)
    with serve({"/": "x"}, hosts=hosts) as server:
        for _ in range(2):
            for host in hosts:
                assert fetcher.get(server.url("/", host), all_of(9)).body == b"x"
            connections = [set(listener.connections) for listener in server.listeners]
            assert [len(each) for each in connections] == [1] * len(hosts)
        fetcher.close()


def test_closing_cuts_what_is_running() -> None:
    fetcher = Fetcher(AGENT, deadline=30.0, allow_private=["127.0.0.1"])
    with serve({"/": Answer(drip(b"slow"))}) as server:
        ended = threading.Event()

        def visit() -> None:
            with pytest.raises(FetchError):
                fetcher.get(server.url("/"), all_of(MEBIBYTE))
            ended.set()

        threading.Thread(target=visit, daemon=True).start()
        while not server.log:
            time.sleep(0.01)
        fetcher.close()
        assert ended.wait(5.0)


class TestFetchOne:
    """Single addresses, for predictions."""

    def test_robots_comes_first_and_is_obeyed(self) -> None:
        site = {"/robots.txt": "User-agent: *\nDisallow: /no", "/a": "A", "/no": "B"}
        with serve(site) as server:
            assert one(server, "/a") == b"A"
            with pytest.raises(FetchError, match="forbids"):
                one(server, "/no")
            assert server.paths() == ["/robots.txt", "/a", "/robots.txt"]

    def test_a_robots_txt_that_cannot_be_read_closes_the_host(self) -> None:
        with serve({"/robots.txt": Answer("", 503), "/a": "A"}) as server:
            with pytest.raises(FetchError) as caught:
                one(server, "/a")
            assert caught.value.word == "robots"
            assert server.paths() == ["/robots.txt"]

    def test_redirects_are_checked_anew(self) -> None:
        site: dict[str, Body] = {
            "/a": Answer("", 302, {"Location": "/no"}),
            "/robots.txt": "User-agent: *\nDisallow: /no",
        }
        with serve(site) as server, pytest.raises(FetchError, match="forbids"):
            one(server, "/a")

    def test_a_loop_of_redirects_ends(self) -> None:
        with serve({"/a": Answer("", 302, {"Location": "/a"})}) as server:
            with pytest.raises(FetchError, match="more than 5 times"):
                one(server, "/a")
            assert server.paths() == ["/robots.txt"] + ["/a"] * 6

    def test_a_host_that_asks_for_years_of_patience_is_not_waited_for(self) -> None:
        to = Answer("", 302, {"Location": "/b", "Retry-After": "99999999"})
        with serve({"/a": to}) as server, pytest.raises(FetchError, match="asks for patience"):
            one(server, "/a")

    def test_what_is_not_there_is_a_failure(self) -> None:
        with serve({}) as server, pytest.raises(FetchError, match="404"):
            one(server, "/a")


def one(server: Server, path: str) -> bytes:
    return fetching(user_agent=AGENT, allow_private=["127.0.0.1"], delay=0.0)(server.url(path))


def test_several_addresses_of_a_host_keep_the_delay_and_read_its_robots_once() -> None:
    get = fetching(user_agent=AGENT, allow_private=["127.0.0.1"], delay=0.05)
    with serve({"/robots.txt": "", "/a": b"a", "/b": b"b"}) as server:
        assert [get(server.url(path)) for path in ("/a", "/b")] == [b"a", b"b"]
        assert server.paths() == ["/robots.txt", "/a", "/b"]
        assert early_requests(server.log, 0.05) == []


def test_a_fetch_needs_a_name_to_ask_under() -> None:
    with pytest.raises(ValueError, match="user_agent must start with a name"):
        fetching(user_agent="")


@pytest.mark.parametrize("status", [200, 203])
def test_the_rules_of_any_successful_robots_txt_are_obeyed(status: int) -> None:
    rules = Answer("User-agent: *\nDisallow: /private", status)
    site: dict[str, Body] = {"/robots.txt": rules, "/private/a": b"a"}
    with serve(site) as server, pytest.raises(FetchError, match="forbids"):
        one(server, "/private/a")
