"""Sizes of images that a host does not give are given up, and the host is not."""

import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import pytest

from crawler import stage
from crawler.cli import verify_main
from crawler.config import Source
from crawler.events import Event, ImageKnown
from crawler.ledger import Ledger
from crawler.sized import ENOUGH, NOT_GIVEN, RefusedSizes, size_of
from tests.crawler.crawling import (
    LOOPBACK,
    RESERVATIONS,
    contents,
    crawl,
    image,
    page,
    picture,
    settings,
    statuses,
    whole_rows,
)
from tests.server import Answer, Body, Server, serve

COMMONS = "https://upload.wikimedia.org/wikipedia/commons/thumb/a/a9/Example.jpg"
BOOK = "https://a.example/iiif/1"


@pytest.mark.parametrize(
    ("url", "size"),
    [
        (f"{COMMONS}/512px-Example.jpg", "512px"),
        (f"{COMMONS}/lossy-page1-512px-Example.tif.jpg", "512px"),
        ("https://a.example/uploads/2024/11/rose-512x384.jpg", "512x384"),
        ("https://a.example/512x384/rose.jpg", "512x384"),
        ("https://a.example/rose.jpg?w=512", "w=512"),
        ("https://a.example/rose.jpg?v=2&W=512", "W=512"),
        ("https://a.example/rose.jpg?width=512&height=300", "width=512 height=300"),
        ("https://a.example/w_512,c_fill/rose.jpg", "w_512"),
        ("https://a.example/c_fill,h_300,w_512/rose.jpg", "h_300 w_512"),
        (f"{BOOK}/full/512,/0/default.jpg", "full/512,"),
        (f"{BOOK}/full/512,384/0/default.jpg", "full/512,"),
        (f"{BOOK}/full/!512,512/0/default.jpg", "full/!512,"),
        ("https://a.example/2024/11/photo_1234.jpg", ""),
        ("https://a.example/rose.jpg", ""),
        ("https://a.example/rose.jpg?id=512&page=12", ""),
        ("https://a.example/view=1234.jpg", ""),
        ("https://a.example/show_512.jpg", ""),
        ("https://a.example/12345px-rose.jpg", ""),
        ("https://a.example/rose-5120x38400.jpg", ""),
        ("https://a.example/0x10c.png", ""),
        (f"{BOOK}/full/max/0/default.jpg", ""),
    ],
)
def test_an_address_may_ask_for_a_size(url: str, size: str) -> None:
    host = f"{url.split('/')[2]}:443"
    assert size_of(url) == (f"{host} {size}" if size else "")


@pytest.mark.parametrize(
    "url",
    [
        "http://a.example/rose.jpg?w=512",
        "https://b.example/rose.jpg?w=512",
        "https://a.example/rose.jpg?w=513",
        "https://a.example/rose.jpg?h=512",
    ],
)
def test_another_size_or_host_is_another_thing(url: str) -> None:
    assert size_of(url) != size_of("https://a.example/rose.jpg?w=512")


# What answers say of sizes.


@pytest.fixture
def sizes() -> Iterator[RefusedSizes]:
    with Ledger(":memory:") as ledger:
        yield RefusedSizes(ledger)


def rose(number: int, size: int = 512, host: str = "a.example") -> str:
    return f"https://{host}/{number}.jpg?w={size}"


def refuse(sizes: RefusedSizes, count: int = ENOUGH, status: int = 429) -> None:
    for number in range(count):
        sizes.note(rose(number), status, None)


def test_a_size_is_refused_when_enough_addresses_of_it_were(sizes: RefusedSizes) -> None:
    refuse(sizes, ENOUGH - 1)
    assert not sizes.refuses(rose(9))
    sizes.note(rose(8), 429, None)
    assert sizes.refuses(rose(9))


def test_others_are_not_refused_with_it(sizes: RefusedSizes) -> None:
    refuse(sizes)
    assert not sizes.refuses(rose(9, size=500))
    assert not sizes.refuses(rose(9, host="b.example"))
    assert not sizes.refuses("https://a.example/9.jpg")


def test_an_address_that_is_refused_again_counts_once(sizes: RefusedSizes) -> None:
    for _ in range(ENOUGH):
        sizes.note(rose(0), 429, None)
    assert not sizes.refuses(rose(9))


def test_addresses_that_ask_for_no_size_are_never_refused(sizes: RefusedSizes) -> None:
    for number in range(2 * ENOUGH):
        sizes.note(f"https://a.example/{number}.jpg", 429, None)
    assert not sizes.refuses("https://a.example/9.jpg")


@pytest.mark.parametrize("status", [200, 203, 304])
@pytest.mark.parametrize("before", [0, 1, ENOUGH])
def test_a_size_that_was_given_once_is_never_refused(
    sizes: RefusedSizes, status: int, before: int
) -> None:
    refuse(sizes, before)
    sizes.note(rose(7), status, None)
    refuse(sizes)
    assert not sizes.refuses(rose(9))


@pytest.mark.parametrize("status", [0, 301, 403, 404, 500, 503])
def test_other_answers_neither_refuse_a_size_nor_give_it(sizes: RefusedSizes, status: int) -> None:
    refuse(sizes, status=status)
    assert not sizes.refuses(rose(9))
    refuse(sizes)
    sizes.note(rose(7), status, None)
    assert sizes.refuses(rose(9))


@pytest.mark.parametrize("seconds", [0.0, 5.0])
def test_a_plea_for_patience_is_no_refusal(sizes: RefusedSizes, seconds: float) -> None:
    for number in range(2 * ENOUGH):
        sizes.note(rose(number), 429, seconds)
    assert not sizes.refuses(rose(9))


# Whole crawls.

ROSES = [f"/{number}.png?w=512" for number in range(1, 6)]
TOO_MANY = Answer("use another size", 429)
PATIENCE = Answer("later", 429, {"Retry-After": "0"})
STUBBORN, LENIENT, BUSY = LOOPBACK


class Crawled(NamedTuple):
    """A crawl of three hosts that answer 429 to images of one size, and the server."""

    server: Server
    out: Path

    def url(self, path: str, host: str = STUBBORN) -> str:
        return self.server.url(path, host)


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    """One answers so to all, one gives the third, and one asks for patience.

    The page, too, is asked for with the words of a size, and is given.
    """
    out = tmp_path_factory.mktemp("crawl")
    with serve({}, hosts=LOOPBACK) as server:
        shown = [server.url(path, host) for host in LOOPBACK for path in ROSES]
        site: dict[str, Body] = {"/?w=512": page(image("/plain.png"), *map(image, shown))}
        site |= {f"{STUBBORN}{path}": TOO_MANY for path in ROSES}
        site |= {f"{LENIENT}{path}": TOO_MANY for path in ROSES}
        site |= {f"{BUSY}{path}": PATIENCE for path in ROSES}
        site |= {"/plain.png": picture("red"), f"{LENIENT}{ROSES[2]}": picture("blue")}
        server.site = site
        crawl(server, out, Source(label="rose", seeds=(server.url("/?w=512"),)), tries=1)
        yield Crawled(server, out)


def test_what_is_left_of_a_refused_size_is_not_asked_for(crawled: Crawled) -> None:
    server, out = crawled
    pages = ["/robots.txt", "/?w=512", RESERVATIONS]
    assert server.paths(STUBBORN) == [*pages, "/plain.png", *ROSES[:ENOUGH]]
    row = {row["url"]: row for row in whole_rows(out)}
    assert row[crawled.url("/plain.png")]["status"] == "ok"
    refused = [row[crawled.url(path)] for path in ROSES]
    assert {each["status"] for each in refused} == {"failed"}
    assert {each["error"] for each in refused} == {f"http: {NOT_GIVEN}"}
    assert {each["http_status"] for each in refused} == {"0"}
    assert verify_main([str(out)]) == 0


def test_which_addresses_of_a_size_were_asked_for_leaves_no_trace_in_the_manifest(
    tmp_path: Path,
) -> None:
    """Two pages on hosts of their own show images of a third; each is once the later to answer."""
    late, asked, manifests = "", [], []

    def answer(method: str, host: str, path: str, headers: Mapping[str, str]) -> Body:
        time.sleep(0.5 if (host, path) == (late, "/") else 0)
        shown = {LENIENT: ROSES[:3], BUSY: ROSES[2:]}.get(host, [])
        urls = (server.url(rose, STUBBORN) for rose in shown)
        return page(*map(image, urls)) if path == "/" else TOO_MANY if path in ROSES else None

    with serve(answer, hosts=LOOPBACK) as server:
        seeds = (server.url("/", LENIENT), server.url("/", BUSY))
        for late in LENIENT, BUSY:
            server.log.clear()
            crawl(server, tmp_path / late, Source(label="rose", seeds=seeds), tries=1)
            asked.append(contents(server, STUBBORN))
            manifests.append(whole_rows(tmp_path / late))
    assert sorted(asked[0]) != sorted(asked[1])
    assert manifests[0] == manifests[1] != []


@pytest.mark.parametrize("host", [LENIENT, BUSY])
def test_where_a_size_was_given_or_patience_is_asked_for_all_of_it_is_asked_for(
    crawled: Crawled, host: str
) -> None:
    assert contents(crawled.server, host) == ROSES


def test_what_the_next_run_knows_of_sizes_is_computed_from_the_ledger(crawled: Crawled) -> None:
    with Ledger(crawled.out / "crawl.sqlite") as ledger:
        sizes = RefusedSizes(ledger)
    assert sizes.refuses(crawled.url("/9.png?w=512"))
    assert not sizes.refuses(crawled.url("/9.png?w=500"))
    assert not any(sizes.refuses(crawled.url("/9.png?w=512", host)) for host in (LENIENT, BUSY))


@pytest.mark.parametrize("again", ["retry", "refresh"])
def test_who_asks_again_knows_of_no_refusal(crawled: Crawled, tmp_path: Path, again: str) -> None:
    out = Path(shutil.copytree(crawled.out, tmp_path / "crawl"))
    with Ledger(out / "crawl.sqlite") as ledger, ledger.transaction():
        now = ledger.latest_time() + 1
        if again == "refresh":
            ledger.begin_generation(now)
        else:
            ledger.ask_again([("image", crawled.url(path)) for path in ROSES], now)
        assert not RefusedSizes(ledger).refuses(crawled.url(ROSES[4]))


def test_a_crawl_that_is_interrupted_between_two_refusals_counts_on(tmp_path: Path) -> None:
    def interrupted(events: Iterator[Event]) -> Iterator[Event]:
        known = 0
        for event in events:
            yield event
            known += isinstance(event, ImageKnown)
            if known == ENOUGH - 1:
                raise KeyboardInterrupt

    with serve({"/": page(*map(image, ROSES))} | dict.fromkeys(ROSES, TOO_MANY)) as server:
        chosen = (Source(label="rose", seeds=(server.url("/"),)),)
        with suppress(KeyboardInterrupt):
            stage.run(settings(tries=1), chosen, tmp_path, watch=interrupted)
        crawl(server, tmp_path, tries=1)
        assert contents(server) == ["/", *ROSES[:ENOUGH]]
    assert statuses(tmp_path) == dict.fromkeys(ROSES, "failed http")
