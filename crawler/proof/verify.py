"""Proves from the records of a crawl that it was polite, or says where it was not.

Nothing that the crawl concluded is believed: the rules are applied again to the facts of each
request, host by host, and the result is compared with what was done and with what was recorded.
The facts themselves are compared with each other. What no record can show is a request whose start
was moved to where it would have been allowed, or a ledger rewritten throughout by one who keeps all
its facts in agreement: that takes a witness elsewhere, such as the log of a server.
"""

from collections.abc import Iterable, Iterator
from csv import DictReader
from dataclasses import asdict
from itertools import groupby, zip_longest
from pathlib import Path

from crawler.ledger import Ledger
from crawler.proof.evidence import contradictions, orphans
from crawler.proof.referee import Referee
from crawler.results import RequestRow, request_rows


def breaches(ledger: Ledger, table: Path) -> Iterator[str]:
    """A sentence for each breach in the ledger, and each place where requests.csv differs."""
    yield from differences(request_rows(ledger), table, is_finished=bool(ledger.finished))
    if lost := list(orphans(ledger.database)):
        yield from lost
        return
    yield from contradictions(ledger)
    traffic = ledger.traffic
    referee = Referee(traffic.runs(), traffic.all_robots(), traffic.robots_text)
    by_start = traffic.requests(order="requests.host, started, requests.number")
    for name, requests in groupby(by_start, key=lambda request: request.host):
        yield from referee.judge(name, list(requests), left=traffic.host(name))


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
