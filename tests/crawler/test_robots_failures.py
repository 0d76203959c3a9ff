"""Each way in which a robots.txt can fail or be odd, on a host of its own, all in one crawl.

Pages are on one host; of each other host they show two images, the first of which its robots.txt
forbids where it can be read at all.
"""

import gzip
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import pytest

from crawler.clock import SECOND
from crawler.ledger import Ledger
from tests.crawler.crawling import (
    DELAY,
    RESERVATIONS,
    crawl,
    image,
    page,
    picture,
    statuses,
    table,
    whole_rows,
)
from tests.server import Answer, Body, Server, early_requests, serve

RULES = "User-agent: *\nDisallow: /private\n"
PATHS = ("/private.png", "/rose.png")  # of each host
ROBOTS, TWICE = ["/robots.txt"], ["/robots.txt"] * 2
TEXT: Mapping[str, str] = MappingProxyType({"Content-Type": "text/plain"})
HTML = MappingProxyType({"Content-Type": "text/html"})
FILL = b"# nothing but a remark, and another one\n"


class Case(NamedTuple):
    """A robots.txt, what becomes of the two images beside it, and what the host is asked."""

    robots: Body
    rows: tuple[str, str]
    asked: list[str]


def closed(robots: Body, row: str, asked: list[str]) -> Case:
    return Case(robots, (row, row), asked)


def opened(robots: Body) -> Case:
    return Case(robots, ("ok", "ok"), [*ROBOTS, RESERVATIONS, *PATHS])


def obeyed(robots: Body) -> Case:
    return Case(robots, ("denied robots", "ok"), [*ROBOTS, RESERVATIONS, PATHS[1]])


def text(body: bytes | str, status: int = 200, **headers: str) -> Answer:
    written = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(body, status, {**TEXT, **written})


def to(location: str) -> Answer:
    return Answer("", 302, {"Location": location})


def rules_after(size: int) -> Answer:
    """A text with its rules behind so many bytes of remarks, and remarks behind them."""
    return text((FILL * (size // len(FILL) + 1))[: size - 1] + b"\n" + RULES.encode() + FILL)


PACKED = gzip.compress(RULES.encode())
CASES = {
    "500": closed(text("", 500), "denied robots", TWICE),
    "503": closed(text("", 503, Retry_After="1"), "denied robots", TWICE),
    "429": closed(text("", 429, Retry_After="0"), "denied robots", TWICE),
    "a status above all": closed(text("", 999), "denied robots", TWICE),
    "304 to an unconditional request": closed(text("", 304), "denied robots", ROBOTS),
    "reset": closed(Answer(b"", raw=True), "failed connect", TWICE),
    "no HTTP": closed(Answer(b"220 smtp\r\n", raw=True), "failed connect", TWICE),
    "shorter than announced": closed(
        Answer(b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n" + RULES.encode(), raw=True),
        "failed connect",
        TWICE,
    ),
    "a time-out": closed(text(RULES, Content_Length="900"), "failed timeout", TWICE),
    "cut in its headers": closed(
        Answer(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nX-", raw=True),
        "failed connect",
        TWICE,
    ),
    "a redirect loop": closed(to("/robots.txt"), "denied robots", ROBOTS * 6),
    "a redirect to a private host": closed(
        to("http://127.0.0.99:9/robots.txt"), "denied robots", ROBOTS
    ),
    "a redirect to no web address": closed(to("ftp://example.org/"), "denied robots", ROBOTS),
    "a redirect to nowhere": closed(text("", 301), "denied robots", ROBOTS),
    "an unknown coding": closed(text(RULES, Content_Encoding="br"), "denied robots", ROBOTS),
    "gzip that is none": closed(text(RULES, Content_Encoding="gzip"), "failed connect", TWICE),
    "404": opened(text(RULES, 404)),
    "410": opened(text(RULES, 410)),
    "401": opened(text(RULES, 401)),
    "403": opened(text(RULES, 403)),
    "204": opened(text("", 204)),
    "empty": opened(text("")),
    "HTML": opened(Answer("<!doctype html><p>User-agent: *<p>Disallow: /", 200, HTML)),
    "rules beyond 2 MiB": opened(rules_after(2 << 20)),
    "rules after 500 KiB": obeyed(rules_after(500 << 10)),
    "rules after 1.4 MB": obeyed(rules_after(1_400_000)),
    "rules of type HTML": obeyed(Answer(RULES, 200, HTML)),
    "gzip": obeyed(text(PACKED, Content_Encoding="gzip")),
    "UTF-16": obeyed(text(RULES.encode("utf-16"))),
}
HOST = {name: f"127.0.2.{number}" for number, name in enumerate(CASES, 1)}


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Path]]:
    """A server with the hosts of the cases, and the folder of a crawl of them all."""
    out = tmp_path_factory.mktemp("crawl")
    hosts = ("127.0.0.1", *HOST.values())
    robots = {HOST[name]: case.robots for name, case in CASES.items()}

    def site(method: str, host: str, path: str, headers: Mapping[str, str]) -> Body:
        if path == "/robots.txt":
            return robots.get(host)
        if path == "/":
            return page(*(image(server.url(p, h)) for h in HOST.values() for p in PATHS))
        return picture(f"#{int(host.removeprefix('127.0.2.')):02x}00{len(path):02x}")

    with serve(site, hosts=hosts) as server:
        crawl(server, out, allow_private=hosts, deadline=1.0)
        yield server, out


@pytest.mark.parametrize("name", CASES)
def test_what_cannot_be_read_closes_its_host_and_what_is_not_there_opens_it(
    crawled: tuple[Server, Path], name: str
) -> None:
    server, out = crawled
    case = CASES[name]
    found = statuses_by_url(out)
    assert server.paths(HOST[name]) == case.asked
    assert tuple(found[server.url(path, HOST[name])] for path in PATHS) == case.rows


def statuses_by_url(out: Path) -> dict[str, str]:
    """URL -> status and, where there is one, the word of the error."""
    return {
        row["url"]: f"{row['status']} {row['error'].partition(':')[0]}".strip()
        for row in whole_rows(out)
    }


def test_what_is_not_read_of_a_long_robots_txt_is_not_fetched(
    crawled: tuple[Server, Path],
) -> None:
    server, out = crawled
    url = server.url("/robots.txt", HOST["rules beyond 2 MiB"])
    (size,) = (int(row["bytes"]) for row in table(out / "requests.csv") if row["url"] == url)
    assert size == 2 << 20


def test_no_host_is_asked_again_before_its_time(crawled: tuple[Server, Path]) -> None:
    server, _ = crawled
    assert early_requests(server.log, DELAY) == []
    troubled = [each for each in server.log if each.host in {HOST["500"], HOST["503"]}]
    assert early_requests(troubled, 1.0) == []  # back-off, and Retry-After


def test_hosts_that_are_not_there_fail_with_the_reason(tmp_path: Path) -> None:
    """Their images were never asked for, and their robots.txt could not be."""
    with serve({"/robots.txt": RULES}, hosts=("127.0.0.1", "127.0.0.2")) as server:
        here, there = server.url("/rose.png"), server.url("/rose.png", "127.0.0.2")
        images = {
            "http://nobody.invalid/rose.png": "failed dns",
            here.replace("http", "https"): "failed tls",
            here.replace("0.1", "0.9"): "failed connect",
            there: "denied private-address",
        }
        server.site = {"/robots.txt": RULES, "/": page(*map(image, images))}
        crawl(server, tmp_path, tries=1, allow_private=("127.0.0.1", "127.0.0.9"))
        assert server.paths("127.0.0.2") == []
    assert statuses_by_url(tmp_path) == images


DAY = 24 * 3600 * SECOND


@pytest.mark.parametrize(
    ("age", "later", "row", "asked"),
    [
        (DAY - 120 * SECOND, "Disallow: /", "ok", [RESERVATIONS, "/rose.png"]),
        (DAY, "Disallow: /private", "ok", ["/robots.txt", RESERVATIONS, "/rose.png"]),
        (DAY, "Disallow: /rose", "denied robots", ["/robots.txt"]),
        (DAY, 503, "denied robots", ["/robots.txt"] * 2),
        (DAY, 404, "ok", ["/robots.txt", RESERVATIONS, "/rose.png"]),
    ],
)
def test_after_a_day_a_robots_txt_is_read_again_before_the_next_request(
    tmp_path: Path, age: int, later: str | int, row: str, asked: list[str]
) -> None:
    site: dict[str, Body] = {"127.0.0.2/robots.txt": RULES, "/rose.png": picture("red")}
    with serve(site, hosts=("127.0.0.1", "127.0.0.2")) as server:
        site["127.0.0.1/"] = page(image(server.url("/rose.png", "127.0.0.2")))
        crawl(server, tmp_path)
        with Ledger(tmp_path / "crawl.sqlite") as ledger:
            query = "UPDATE robots SET read = read - ? WHERE host LIKE '127.0.0.2:%'"
            ledger.database.execute(query, (age,))
        site["127.0.0.2/robots.txt"] = (
            f"User-agent: *\n{later}" if isinstance(later, str) else Answer("", later)
        )
        before = len(server.paths("127.0.0.2"))
        crawl(server, tmp_path, refresh=True)
        assert server.paths("127.0.0.2")[before:] == asked
    assert statuses(tmp_path) == {"/rose.png": row}


@pytest.mark.parametrize(
    ("agents", "row"),
    [
        (["D115Crawler"], "ok"),
        (["deep"], "ok"),
        (["deeprunning-evil"], "ok"),
        (["flowers"], "ok"),
        (["*"], "denied robots"),
        (["D115Crawler", "*"], "denied robots"),
        (["deeprunning"], "denied robots"),
        (["DeepRunning/2.0"], "denied robots"),
        (["flowers-study"], "denied robots"),
    ],
)
def test_a_group_is_for_agents_of_that_whole_name(
    tmp_path: Path, agents: list[str], row: str
) -> None:
    """The groups before and after have the opposite to say to everybody else."""
    names = "".join(f"User-agent: {name}\n" for name in agents)
    everybody = "" if "*" in agents else "User-agent: *\nAllow: /\n\n"
    site: dict[str, Body] = {
        "/robots.txt": f"{everybody}{names}Disallow: /rose\n",
        "/": page(image("/rose.png")),
        "/rose.png": picture("red"),
    }
    with serve(site) as server:
        crawl(server, tmp_path)
        assert ("/rose.png" in server.paths()) is (row == "ok")
    assert statuses(tmp_path) == {"/rose.png": row}


def test_a_crawl_delay_with_a_fraction_is_kept_between_all_requests(tmp_path: Path) -> None:
    roses = [f"/{number}.png" for number in range(4)]
    site: dict[str, Body] = {
        "/robots.txt": "User-agent: *\nCrawl-delay: .35",
        "/": page(*map(image, roses)),
    }
    with serve(site) as server:
        crawl(server, tmp_path)
        assert server.paths() == ["/robots.txt", "/", RESERVATIONS, *roses]
        assert early_requests(server.log, 0.35) == []


@pytest.mark.parametrize("busy", ["/robots.txt", "/", RESERVATIONS, "/rose.png"])
def test_a_retry_after_is_waited_for_in_full_whatever_was_asked(tmp_path: Path, busy: str) -> None:
    refusals = iter([Answer("", 503, {"Retry-After": "1.2"})])
    pages: dict[str, Body] = {"/": page(image("/rose.png")), "/rose.png": picture("red")}

    def site(method: str, host: str, path: str, headers: Mapping[str, str]) -> Body:
        return next(refusals, pages.get(path)) if path == busy else pages.get(path)

    with serve(site) as server:
        crawl(server, tmp_path)
        assert server.paths().count(busy) == 2
        first = server.paths().index(busy)
        assert early_requests(server.log[first : first + 2], 1.2) == []
    assert statuses(tmp_path) == {"/rose.png": "ok"}
