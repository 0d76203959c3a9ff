"""The test server itself: tests lean on its log, so it must tell the truth."""

import http.client
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.server import Answer, Exchange, Site, early_requests, folder, serve


def get(url: str, path: str, method: str = "GET") -> tuple[int, bytes]:
    connection = http.client.HTTPConnection(url.split("/")[2], timeout=5)
    try:
        connection.request(method, path)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def test_a_mapping_is_a_site_with_pages_for_all_hosts_or_for_one() -> None:
    site: Site = {"/": "<p>薔薇", "127.0.0.2/": b"two", "/gone": Answer(status=410)}
    with serve(site, hosts=("127.0.0.1", "127.0.0.2")) as server:
        assert get(server.url(), "/") == (200, "<p>薔薇".encode())
        assert get(server.url(host="127.0.0.2"), "/") == (200, b"two")
        assert get(server.url(), "/gone") == (410, b"")
        assert get(server.url(), "/nothing")[0] == 404
        assert get(server.url(), "/", "HEAD") == (200, b"")
        assert server.paths() == ["/", "/gone", "/nothing", "/"]
        assert server.paths("127.0.0.2") == ["/"]


def test_the_end_is_noted_before_the_last_piece_leaves() -> None:
    def pieces() -> Iterator[bytes]:
        yield b"a"
        time.sleep(0.05)
        yield b"b"

    with serve(lambda method, host, path, headers: Answer(pieces())) as server:
        assert get(server.url(), "/") == (200, b"ab")
        received = time.monotonic()
        (exchange,) = server.log
        assert exchange.start + 0.05 <= exchange.end <= received


def test_connections_are_kept_alive_and_cut_at_the_end() -> None:
    with serve({"/": "x"}) as server:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=5)
        for _ in range(2):
            connection.request("GET", "/")
            assert connection.getresponse().read() == b"x"
        assert connection.sock
        socket = connection.sock
    assert socket.recv(1) == b""
    connection.close()


def test_a_raw_answer_is_sent_as_it_is() -> None:
    with (
        serve(
            {"/": Answer(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nsho", raw=True)}
        ) as server,
        pytest.raises(http.client.IncompleteRead),
    ):
        get(server.url(), "/")


def test_a_fault_of_the_site_is_raised_at_the_end() -> None:
    def broken(*request: object) -> str:
        raise ZeroDivisionError

    with pytest.raises(ExceptionGroup), serve(broken) as server:
        assert get(server.url(), "/")[0] == 500


def test_a_folder_is_a_site_and_nothing_above_it_is(tmp_path: Path) -> None:
    (tmp_path / "site" / "花").mkdir(parents=True)
    (tmp_path / "site" / "花" / "index.html").write_bytes(b"hana")
    (tmp_path / "secret").write_bytes(b"secret")
    with serve(folder(tmp_path / "site")) as server:
        assert get(server.url(), "/%E8%8A%B1/") == (200, b"hana")
        assert get(server.url(), "/../secret")[0] == 404


def exchange(path: str, start: float, end: float, host: str = "a") -> Exchange:
    return Exchange("GET", host, path, {}, start, start, end, end)


def test_early_requests_are_measured_from_the_latest_end_on_the_same_host() -> None:
    log = [
        exchange("/1", 0.0, 5.0),
        exchange("/other", 0.5, 0.6, host="b"),
        exchange("/2", 1.0, 1.1),
        exchange("/3", 5.5, 5.6),
        exchange("/4", 6.6, 6.7),
    ]
    assert early_requests(log, 1.0) == [
        "a/2 -4.000000 s after /1",
        "a/3 0.500000 s after /1",
    ]
    assert early_requests(log[:2], 1.0) == []
