"""A network that goes away in the middle of a crawl, and hosts that are really dead."""

import errno
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.errors import CrawlerError
from crawler.network.address import Door
from tests.crawler.crawling import (
    LOOPBACK,
    RESERVATIONS,
    crawl,
    image,
    link,
    page,
    picture,
    rows,
    statuses,
    whole_rows,
)
from tests.server import Answer, Body, Server, early_requests, serve

SHUT = {"Connection": "close"}  # a kept connection would outlive the cable


class Cable:
    """The network of this machine: while it is unplugged no new connection can be made."""

    def __init__(self) -> None:
        self.plugged = True
        self.refused: list[str] = []  # hosts that could not be reached meanwhile

    def open(self, door: Door, host: str, port: int) -> socket.socket:
        if self.plugged:
            return plugged_open(door, host, port)
        self.refused.append(host)
        raise OSError(errno.ENETUNREACH, "Network is unreachable")


plugged_open = Door.open


@pytest.fixture
def cable(monkeypatch: pytest.MonkeyPatch) -> Cable:
    cable = Cable()

    def open_through(door: Door, host: str, port: int) -> socket.socket:
        return cable.open(door, host, port)

    monkeypatch.setattr(Door, "open", open_through)
    return cable


def pages(server: Server) -> dict[str, Body]:
    far = server.url("/far.png", LOOPBACK[1])
    return {
        "/robots.txt": Answer("", headers=SHUT),
        RESERVATIONS: Answer("", 404, SHUT),
        "/": Answer(page(link("/two"), image("/a.png")).body, headers=SHUT | HTML),
        "/two": Answer(page(image("/b.png"), image(far)).body, headers=SHUT | HTML),
        "/a.png": Answer(picture("red"), headers=SHUT),
        "/b.png": Answer(picture("blue"), headers=SHUT),
        "/far.png": Answer(picture("green"), headers=SHUT),
    }


HTML = {"Content-Type": "text/html"}


@pytest.fixture
def server() -> Iterator[Server]:
    with serve({}, hosts=LOOPBACK) as server:
        server.site = pages(server)
        yield server


def unplug_at(server: Server, cable: Cable, path: str) -> None:
    """The cable is pulled once, while this path is answered."""
    whole = dict(pages(server))

    def answer(method: str, host: str, asked_for: str, headers: object) -> Body:
        if asked_for == path and not cable.refused:
            cable.plugged = False
        return whole.get(asked_for)

    server.site = answer


@pytest.mark.parametrize("pulled_at", ["/", RESERVATIONS, "/two"])
def test_offline_the_crawl_waits_and_goes_on_when_the_network_is_back(
    tmp_path: Path, server: Server, cable: Cable, pulled_at: str
) -> None:
    """Whatever is asked next: the reservations of a host, an image, the robots.txt of another."""
    whole = tmp_path / "whole"
    crawl(server, whole)
    unplug_at(server, cable, pulled_at)
    threading.Timer(2.0, setattr, (cable, "plugged", True)).start()
    server.log.clear()
    out = tmp_path / "out"
    crawl(server, out, tries=1)
    assert cable.refused
    assert whole_rows(out) == whole_rows(whole)
    assert early_requests(server.log, 0.03) == []
    assert [server.paths(host).count(RESERVATIONS) for host in LOOPBACK[:2]] == [1, 1]


def test_offline_for_longer_than_max_wait_ends_the_crawl_with_nothing_failed(
    tmp_path: Path, server: Server, cable: Cable, caplog: pytest.LogCaptureFixture
) -> None:
    unplug_at(server, cable, "/two")
    crawl(server, tmp_path, tries=1, max_wait=1.5)
    assert set(statuses(tmp_path).values()) <= {"ok"}
    assert "no host could be reached" in caplog.text
    cable.plugged = True
    server.site = pages(server)
    crawl(server, tmp_path, tries=1)
    assert set(statuses(tmp_path).values()) == {"ok"}
    assert len(rows(tmp_path)) == 3


def test_where_nobody_ever_answered_the_crawl_fails_after_its_tries(
    tmp_path: Path, server: Server, cable: Cable
) -> None:
    cable.plugged = False
    with pytest.raises(CrawlerError, match="no seed could be fetched"):
        crawl(server, tmp_path, tries=2)
    assert len(cable.refused) == 2


def test_a_dead_host_fails_as_soon_as_another_answers(tmp_path: Path, server: Server) -> None:
    dead = "http://127.0.0.3:9/dead.png"
    server.site = pages(server) | {"/": page(image(dead), image("/a.png"), link("/two"))}
    crawl(server, tmp_path, tries=1)
    assert statuses(tmp_path)["/dead.png"] == "failed connect"


def test_a_dead_host_that_is_asked_last_fails_after_one_look_at_a_host_that_answered(
    tmp_path: Path, server: Server
) -> None:
    dead = "http://127.0.0.3:9/dead.png"
    server.site = pages(server) | {"/": page(image(dead))}
    crawl(server, tmp_path, tries=2)
    assert statuses(tmp_path) == {"/dead.png": "failed connect"}
    assert server.paths() == ["/robots.txt", "/", "/robots.txt"]
