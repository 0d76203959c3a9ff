"""Whether the facts of a ledger agree: what one record says of a request, others confirm."""

import json
import sqlite3
from collections.abc import Iterator, Mapping
from itertools import chain

from crawler.clock import written
from crawler.files import sha256
from crawler.ledger import Ledger
from crawler.robots import verdict
from crawler.traffic import Request, Traffic


def orphans(database: sqlite3.Connection) -> Iterator[str]:
    """A sentence for each request of a run that nothing is known of: no rule can be applied."""
    query = "SELECT number, run FROM requests WHERE run NOT IN (SELECT number FROM runs)"
    for number, run in database.execute(query):
        yield f"request {number} names run {run}, which is not in the ledger"


def contradictions(ledger: Ledger) -> Iterator[str]:
    """A sentence for each fact that another contradicts, in a ledger without orphans."""
    yield from _holes(ledger.database)
    yield from _changed_runs(ledger.database)
    yield from _times(ledger)
    yield from _disguises(ledger.database)
    yield from _invented_robots(ledger.traffic)
    yield from _invented_answers(ledger.database)
    yield from _repetitions(ledger.database)


def _holes(database: sqlite3.Connection) -> Iterator[str]:
    """The ledger counts requests from 1 and never back: one that is missing was taken out."""
    query = "SELECT seq FROM sqlite_sequence WHERE name = 'requests'"
    (last,) = database.execute(query).fetchone() or (0,)
    numbers = database.execute("SELECT number FROM requests ORDER BY number")
    expected = 1
    for (number,) in chain(numbers, [(last + 1,)]):
        for each in range(expected, number):
            yield f"request {each} is missing from the ledger"
        expected = number + 1


def _changed_runs(database: sqlite3.Connection) -> Iterator[str]:
    """What a run's politeness depended on stands in its configuration, too."""
    for number, *values, config in database.execute(
        "SELECT number, user_agent, delay, config FROM runs"
    ):
        recorded = json.loads(config)
        for name, value in zip(("user_agent", "delay"), values, strict=True):
            if recorded.get(name) != value:
                yield f"run {number} has {name} {value}, but its configuration {recorded.get(name)}"


def _times(ledger: Ledger) -> Iterator[str]:
    """Each request lies within its run; and those that were interrupted ended when it did."""
    begun = {run.number: run.begun for run in ledger.traffic.runs()}
    query = "SELECT run, max(ended) FROM requests WHERE word != 'interrupted' GROUP BY run"
    worked = {run: ended or 0 for run, ended in ledger.database.execute(query)}
    latest = 0
    for request in ledger.traffic.requests():
        if request.run < latest:
            yield f"request {request.number} is booked on run {request.run} after run {latest}"
        latest = max(latest, request.run)
        yield from _time(request, begun, worked)


def _time(request: Request, begun: Mapping[int, int], worked: Mapping[int, int]) -> Iterator[str]:
    where, end = f"request {request.number} to {request.host}", request.ended
    until = begun.get(request.run + 1)
    if request.started < begun[request.run]:
        yield f"{where} began before run {request.run}, which is said to have sent it"
    if end is None:
        return
    if end < request.started:
        yield f"{where} ended before it began"
    if until is not None and end > until:
        yield f"{where} ended after the next run began, at {written(until)}"
    if request.word == "interrupted" and end < worked.get(request.run, 0):
        yield f"{where} is said to have been interrupted, but its run went on"


def _disguises(database: sqlite3.Connection) -> Iterator[str]:
    """What was asked as a robots.txt, which needs no permission, became one when it was answered.

    Redirects lead on, and an answer that asks for patience may be followed by another try.
    """
    query = """SELECT number, url FROM requests WHERE kind = 'robots' AND word = ''
               AND (status BETWEEN 200 AND 299 OR status BETWEEN 400 AND 499 AND status != 429)
               AND ended NOT IN (SELECT read FROM robots)"""
    for number, url in database.execute(query):
        yield f"request {number} for {url} is said to ask for a robots.txt, but brought none"


def _invented_robots(traffic: Traffic) -> Iterator[str]:
    """Every robots.txt came with the end of a request, whose answer means what was made of it."""
    ends: dict[int, list[Request]] = {}
    for request in traffic.requests():
        if request.kind == "robots" and request.ended is not None:
            ends.setdefault(request.ended, []).append(request)
    for snapshot in traffic.all_robots():
        name = f"the robots.txt of {snapshot.host}, number {snapshot.number},"
        brought = ends.get(snapshot.read, [])
        text = traffic.robots_text(snapshot.number)
        if not brought:
            yield f"{name} is in the ledger, but no request brought it"
        elif not any(verdict(each.status or each.word) == snapshot.verdict for each in brought):
            yield f"{name} means {snapshot.verdict}, but not by the answer that brought it"
        elif snapshot.verdict == "parse" and len(text) not in {each.bytes for each in brought}:
            yield f"{name} has another length than the answer that brought it"
        if sha256(text) != snapshot.digest:
            yield f"{name} has another text than when it was read"


def _invented_answers(database: sqlite3.Connection) -> Iterator[str]:
    """Every answer came with the end of a request; 304 brings back the one of before."""
    query = """SELECT url, at, status FROM answers WHERE at IS NOT NULL AND NOT EXISTS (
                   SELECT 1 FROM requests WHERE requests.url = answers.url AND ended = at
                   AND requests.status IN (answers.status, 304)
                   AND requests.word != 'interrupted')"""
    for url, at, status in database.execute(query):
        yield f"{url} was answered at {written(at)} with {status}, but no request ended so"


def _repetitions(database: sqlite3.Connection) -> Iterator[str]:
    """A run does not ask again for what was answered for good."""
    query = """SELECT later.number, later.url, before.number, before.status
               FROM requests AS before JOIN requests AS later
               ON later.url = before.url AND later.kind = before.kind AND later.run = before.run
               AND later.number > before.number
               WHERE before.kind != 'robots' AND before.word = ''
               AND before.status BETWEEN 200 AND 499 AND before.status != 429"""
    for number, url, before, status in database.execute(query):
        yield f"request {number} for {url} came though request {before} was answered {status}"
