"""Proves from the records of a crawl that it was polite, or says where it was not.

Nothing that the crawl concluded is believed: the rules are applied again to the facts of each
request, host by host, and the result is compared with what was done and with what was recorded.
"""

from collections.abc import Iterable, Iterator
from csv import DictReader
from dataclasses import asdict
from itertools import groupby, zip_longest
from pathlib import Path

from crawler.files import sha256
from crawler.ledger import Ledger
from crawler.referee import Referee
from crawler.results import RequestRow, request_rows
from crawler.traffic import Traffic


def breaches(ledger: Ledger, table: Path) -> Iterator[str]:
    """A sentence for each breach in the ledger, and each place where requests.csv differs."""
    yield from differences(request_rows(ledger), table, is_finished=bool(ledger.finished))
    traffic = ledger.traffic
    yield from holes(request.number for request in traffic.requests())
    yield from inventions(traffic)
    referee = Referee(traffic.runs(), traffic.all_robots(), traffic.robots_text)
    by_start = traffic.requests(order="requests.host, started, requests.number")
    for name, requests in groupby(by_start, key=lambda request: request.host):
        yield from referee.judge(name, list(requests))


def holes(numbers: Iterable[int]) -> Iterator[str]:
    """The ledger counts requests from 1: a number that is missing was taken out."""
    expected = 1
    for number in numbers:
        yield from (
            f"request {each} is missing from the ledger" for each in range(expected, number)
        )
        expected = number + 1


def inventions(traffic: Traffic) -> Iterator[str]:
    """Every robots.txt came with the end of a request, and its text is still what it was."""
    ends = {request.ended for request in traffic.requests() if request.kind == "robots"}
    for snapshot in traffic.all_robots():
        name = f"the robots.txt of {snapshot.host}, number {snapshot.number},"
        if snapshot.read not in ends:
            yield f"{name} is in the ledger, but no request brought it"
        if sha256(traffic.robots_text(snapshot.number)) != snapshot.digest:
            yield f"{name} has another text than when it was read"


def differences(rows: Iterable[RequestRow], table: Path, *, is_finished: bool) -> Iterator[str]:
    """Where requests.csv is not what the ledger says."""
    with table.open(newline="", encoding="utf-8", errors="replace") as file:
        for ours, theirs in zip_longest(rows, DictReader(file)):
            if ours is None:
                yield f"request {theirs.get('number')} of requests.csv is not in the ledger"
                return
            if theirs is None and not is_finished:
                yield "the crawl was stopped before it wrote its tables; run it again, then verify"
                return
            if theirs is None or theirs.get("number") != str(ours.number):
                yield f"request {ours.number} is missing from requests.csv"
                return
            for name, value in asdict(ours).items():
                if theirs.get(name) != str(value):
                    yield (
                        f"request {ours.number} has {name} {theirs.get(name)} in requests.csv "
                        f"and {value} in the ledger"
                    )


def proof(ledger: Ledger) -> str:
    """What was proved, in one sentence."""
    requests, hosts, robots = ledger.traffic.totals()
    return (
        f"polite: {requests:,} requests, hosts: {hosts:,}, none early, none forbidden; "
        f"robots.txt came before anything else, times read: {robots:,}"
    )
