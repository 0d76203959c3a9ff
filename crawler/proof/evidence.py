"""Whether the facts of a ledger agree: what one record says of a request, others confirm."""

import json
import sqlite3
from collections.abc import Iterator, Mapping
from itertools import chain, groupby
from operator import itemgetter

from crawler.clock import written
from crawler.files import sha256
from crawler.ledger import Ledger
from crawler.permission.robots import verdict
from crawler.permission.tdmrep import WELL_KNOWN, Reservations
from crawler.traffic import Request, Traffic
from crawler.url import root

# Conditions on requests.
FOR_GOOD = "requests.word = '' AND requests.status BETWEEN 200 AND 499 AND requests.status != 429"
ANSWERED = f"requests.kind = 'tdmrep' AND {FOR_GOOD}"
# What was asked for as an image may be answered as a page.
OF_ITS_KIND = """answers.kind IN (
    requests.kind, CASE requests.kind WHEN 'image' THEN 'page' ELSE requests.kind END)"""


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
    yield from _lost_answers(ledger)
    yield from _reservations(ledger.database)
    yield from _reserved(ledger.database)
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
    """Every answer came with the end of a request for it; 304 brings back the one of before."""
    query = f"""SELECT url, at, status FROM answers WHERE at IS NOT NULL AND NOT EXISTS (
                   SELECT 1 FROM requests WHERE requests.url = answers.url AND ended = at
                   AND requests.status IN (answers.status, 304)
                   AND {OF_ITS_KIND}
                   AND requests.word != 'interrupted')"""  # noqa: S608  # our own
    for url, at, status in database.execute(query):
        yield f"{url} was answered at {written(at)} with {status}, but no request ended so"


def _lost_answers(ledger: Ledger) -> Iterator[str]:
    """What was answered for good, as a page, a sitemap or an image, is an answer of that kind.

    As far back as answers stand that no refresh and no retry has replaced.
    """
    query = f"""SELECT requests.number, url FROM requests JOIN runs ON runs.number = run
                WHERE kind IN ('page', 'sitemap', 'image') AND {FOR_GOOD}
                AND runs.generation = ?1 AND started >= ?2 AND NOT EXISTS (
                    SELECT 1 FROM answers WHERE answers.url = requests.url
                    AND answers.generation = ?1 AND {OF_ITS_KIND})"""  # noqa: S608  # our own
    for number, url in ledger.database.execute(query, (ledger.generation, ledger.begun)):
        yield f"request {number} for {url} was answered, but its answer is not in the ledger"


def _reservations(database: sqlite3.Connection) -> Iterator[str]:
    """What was asked for as a tdmrep.json stands where hosts have one, and is what was answered."""
    for number, url, status, length, text in database.execute(
        f"""SELECT requests.number, url, status, bytes, text
            FROM requests JOIN runs ON runs.number = run
            LEFT JOIN reservations USING (host, generation) WHERE {ANSWERED}"""  # noqa: S608  # our own
    ):
        if url != root(url) + WELL_KNOWN or text is None:
            yield f"request {number} for {url} is said to ask for a tdmrep.json, but brought none"
        elif len(text) != (length if status in {200, 203} else 0):
            yield f"request {number} for {url} brought another tdmrep.json than is in the ledger"
    query = f"""SELECT host FROM reservations WHERE text IS NOT NULL AND (host, generation)
                NOT IN (SELECT host, generation FROM requests JOIN runs ON runs.number = run
                        WHERE {ANSWERED})"""  # noqa: S608  # our own
    for (host,) in database.execute(query):
        yield f"the tdmrep.json of {host} is in the ledger, but no request brought it"


def _reserved(database: sqlite3.Connection) -> Iterator[str]:
    """No image was asked for that a tdmrep.json reserves, once that was read."""
    query = f"""WITH files AS (
                    SELECT host, generation, requests.number, text
                    FROM requests JOIN runs ON runs.number = run
                    JOIN reservations USING (host, generation) WHERE {ANSWERED} AND text != x'')
                SELECT files.number, text, requests.number, url
                FROM files JOIN requests USING (host) JOIN runs ON runs.number = run
                WHERE kind = 'image' AND runs.generation = files.generation
                AND requests.number > files.number ORDER BY files.number"""  # noqa: S608  # our own
    for (_, text), requests in groupby(database.execute(query), key=itemgetter(0, 1)):
        reservations = Reservations(text)
        for *_, number, url in requests:
            if reservations.signal(url):
                yield f"request {number} for {url} was reserved by the tdmrep.json of its host"


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
