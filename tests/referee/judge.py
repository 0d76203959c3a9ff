"""Judges a crawl by the log of the server alone, and by what each host asked for.

The rules, from RFC 9309, RFC 9110 (10.2.3) and the promises of the project, and not from its code:

- robots.txt is asked first and must have been answered for good before anything else; where it
  says no, or answers 5xx, nothing else is asked; what it forbids is never asked.
- One request at a time; after the end of each the host is left alone for the longest of the
  configured delay, its Crawl-delay once robots.txt was read, its Retry-After (in seconds), and
  after 429 or 503 without one for the delay doubled at each in a row, up to a minute.
- Nothing is asked again that was answered for good, but for one request a host and kill; what was
  busy is asked `TRIES` times.

A request that a kill cuts off ends with the kill, and its answer may be unknown to the crawl, as
may the last answer to a host within `UNSURE` before the kill: only the delays are due after these.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise

from tests.referee.world import DELAY, TRIES, Host

UNSURE = 1.0  # seconds
LONGEST = 60.0  # seconds


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as the server saw it; monotonic seconds."""

    host: str
    path: str
    start: float
    end: float
    status: int
    is_lost: bool = False  # the crawl may not know the answer

    @property
    def is_busy(self) -> bool:
        return self.status == 429 or self.status >= 500


@dataclass(frozen=True, slots=True)
class Life:
    """A process of the crawl; monotonic seconds."""

    start: float
    end: float
    was_killed: bool


@dataclass(frozen=True, slots=True)
class Breach:
    """What was wrong: early, overlapping, forbidden, robots not first, asked twice."""

    kind: str
    sentence: str


def judge(log: Iterable[Asked], hosts: Sequence[Host], lives: Sequence[Life]) -> list[Breach]:
    """Every breach in the log."""
    kills = [life.end for life in lives if life.was_killed]
    by_name = {host.name: host for host in hosts}
    by_host = sorted(log, key=lambda asked: (asked.host, asked.start))
    return [
        breach
        for name, requests in groupby(by_host, key=lambda asked: asked.host)
        for breach in _of_host(by_name[name], _cut(list(requests), kills, lives), kills)
    ]


def _of_host(host: Host, requests: Sequence[Asked], kills: Sequence[float]) -> Iterator[Breach]:
    yield from _gaps(host, requests)
    yield from _permissions(host, requests)
    yield from _repetitions(requests, kills)


def _cut(requests: Sequence[Asked], kills: Sequence[float], lives: Sequence[Life]) -> list[Asked]:
    """The requests as a crawl that was killed may know them."""
    starts = [life.start for life in lives]
    for kill in kills:
        restart = min((start for start in starts if start > kill), default=float("inf"))
        before = [asked for asked in requests if asked.start < restart]
        if before and before[-1].end > kill - UNSURE:
            at = len(before) - 1
            start, end = min(before[-1].start, kill), min(before[-1].end, kill)
            cut = replace(before[-1], start=start, end=end, is_lost=True)
            requests = [*requests[:at], cut, *requests[at + 1 :]]
    return list(requests)


def _gaps(host: Host, requests: Sequence[Asked]) -> Iterator[Breach]:
    streak, crawl_delay = 0, 0.0
    for asked, after in pairwise(requests):
        if asked.path == "/robots.txt" and asked.status == 200:
            crawl_delay = host.crawl_delay
        if not asked.is_lost:
            streak = streak + 1 if asked.is_busy else 0
        gap = max(DELAY, 0.0 if asked.is_lost else crawl_delay, _patience(host, asked, streak))
        where = f"{after.host}{after.path} after {asked.path} ({asked.status})"
        if after.start < asked.end:
            yield Breach("overlapping", f"{where}: {asked.end - after.start:.6f} s too soon")
        elif after.start - asked.end < gap:
            passed = after.start - asked.end
            yield Breach("early", f"{where}: {passed:.6f} s instead of {gap} s")


def _patience(host: Host, asked: Asked, streak: int) -> float:
    """Seconds that this answer asks for of its own."""
    if asked.is_lost or not asked.is_busy:
        return 0.0
    busy = host.busy.get(asked.path)
    if busy and busy.retry_after is not None:
        return float(busy.retry_after)
    return float(min(DELAY * 2**streak, LONGEST))


def _permissions(host: Host, requests: Sequence[Asked]) -> Iterator[Breach]:
    is_open = False
    for asked in requests:
        where = f"{asked.host}{asked.path}"
        if asked.path == "/robots.txt":
            is_open |= asked.status == 200
        elif host.is_closed or asked.path.startswith("/private/"):
            yield Breach("forbidden", where)
        elif not is_open:
            yield Breach("robots not first", where)


def _repetitions(requests: Sequence[Asked], kills: Sequence[float]) -> Iterator[Breach]:
    for_good = Counter(asked.path for asked in requests if not asked.is_busy)
    repeated = sum(count - 1 for count in for_good.values())
    if repeated > len(kills):
        yield Breach("asked twice", f"{requests[0].host}: {repeated} times")
    busy = Counter(asked.path for asked in requests if asked.is_busy and not asked.is_lost)
    for path, count in busy.items():
        if count > TRIES:
            yield Breach("asked twice", f"{requests[0].host}{path}: busy {count} times")
