"""Judges the requests to one host by the rules of politeness. Pure: records in, sentences out."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache

from crawler.clock import SECOND
from crawler.permission.robots import Rules, parse_robots, product_token
from crawler.politeness import ROBOTS_AGE, Host, gap
from crawler.traffic import Request, Run, Snapshot
from crawler.url import host


class Referee:
    """Knows the configuration of each run and every robots.txt, and applies them to requests."""

    def __init__(
        self, runs: Iterable[Run], robots: Iterable[Snapshot], text: Callable[[int], bytes]
    ) -> None:
        """`text` gives the bytes of a robots.txt by its number."""
        self._text = text
        self._runs = {run.number: run for run in runs}
        self._robots: defaultdict[str, list[Snapshot]] = defaultdict(list)
        for snapshot in sorted(robots, key=lambda snapshot: snapshot.read):
            self._robots[snapshot.host].append(snapshot)
        self._rules = lru_cache(256)(self._parse)

    def judge(self, name: str, requests: Sequence[Request], left: Host) -> Iterator[str]:
        """A sentence for each breach among the requests to a host, sorted by their start.

        `left`: the host as it stands in the ledger after the last of them.
        """
        state = Host(name)
        before: Request | None = None
        for request in requests:
            if host(request.url) != name:
                yield f"request {request.number} names the host {name} but went to {request.url}"
            state.crawl_delay = self._crawl_delay(request)
            yield from self._gap(state, before, request)
            yield from self._permission(request)
            if request.word == "interrupted" or request.ended is None:
                state.ended = request.ended
            else:
                state.note(request.ended, request.status, request.word, request.retry_after)
            before = request
        state.crawl_delay = left.crawl_delay
        if state.ended is not None and state != left:
            yield f"the host {name} stands in the ledger as its requests did not leave it"

    def _gap(self, state: Host, before: Request | None, request: Request) -> Iterator[str]:
        """One in flight, and not before the longest of the rules allows the next."""
        asked = gap(state, self._runs[request.run].delay)
        if (request.gap, request.rule) != asked:
            yield (
                f"request {request.number} to {request.host} was made with a delay of "
                f"{_seconds(request.gap)} ({request.rule}), but {asked.rule} asks for "
                f"{_seconds(asked.length)}"
            )
        if before is None:
            return
        if before.ended is None or request.started < before.ended:
            yield (
                f"request {request.number} to {request.host} began while request "
                f"{before.number} was under way"
            )
        elif request.started < before.ended + asked.length:
            yield (
                f"request {request.number} to {request.host} began "
                f"{_seconds(request.started - before.ended)} after request {before.number} "
                f"ended, but {asked.rule} asks for {_seconds(asked.length)}"
            )

    def _permission(self, request: Request) -> Iterator[str]:
        """The robots.txt of the host came first, was not too old, and allowed the address."""
        if request.kind == "robots":
            return
        snapshot = self._latest(request)
        where = f"request {request.number} for {request.url}"
        if snapshot is None:
            yield f"{where} was sent before the robots.txt of {request.host} was read"
        elif snapshot.number != request.robots:
            yield f"{where} names another robots.txt than the one that was in force"
        elif request.started - snapshot.read >= ROBOTS_AGE:
            yield f"{where} relied on a robots.txt that was read more than 24 hours before"
        elif not self._allows(snapshot, request):
            yield f"{where} was forbidden by robots.txt"

    def _latest(self, request: Request) -> Snapshot | None:
        """The robots.txt of the host as it was last read before the request began."""
        known = self._robots[request.host]
        after = bisect_right(known, request.started, key=lambda snapshot: snapshot.read)
        return known[after - 1] if after else None

    def _allows(self, snapshot: Snapshot, request: Request) -> bool:
        if snapshot.verdict == "parse":
            rules = self._rules(snapshot, self._runs[request.run].user_agent)
            is_kept = request.kind == "image" and rules.optout(request.url)
            return rules.allows(request.url) and not is_kept
        return snapshot.verdict == "allow"

    def _crawl_delay(self, request: Request) -> float | None:
        snapshot = self._latest(request)
        if snapshot is None:
            return None
        return self._rules(snapshot, self._runs[request.run].user_agent).crawl_delay

    def _parse(self, snapshot: Snapshot, user_agent: str) -> Rules:
        return parse_robots(self._text(snapshot.number), product_token(user_agent))


def _seconds(microseconds: int) -> str:
    return f"{microseconds / SECOND:.6f} s"
