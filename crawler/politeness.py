"""When a host may be asked next. Knows the rules, not the network, the clock or the ledger.

A host is a name or address with its port. Times are microseconds UTC; a gap runs from the end of
a request to the start of the next one to the same host.
"""

import heapq
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import NamedTuple

from crawler.clock import SECOND, microseconds

NO_ANSWER = frozenset({"dns", "connect", "timeout", "truncated"})  # words after which to try again
FIRST_PAUSE = 0.5  # seconds, doubled at each trouble in a row, unless the delay is longer
LONGEST_PAUSE = 60.0  # seconds that we back off of our own accord
LONGEST_RETRY_AFTER = 10 * 365 * 86400.0  # seconds; what asks for more says "never" in any case
ROBOTS_AGE = 24 * 3600 * SECOND  # after which robots.txt is read again (RFC 9309, 2.4)

SECONDS = re.compile(r"\s*([0-9]+(?:\.[0-9]*)?)\s*(?:s|sec|seconds)?\s*")


class Gap(NamedTuple):
    """How long a host is left alone after a request, and the rule that says so."""

    length: int  # microseconds
    rule: str  # config, crawl-delay, retry-after, backoff


def is_trouble(status: int, word: str = "") -> bool:
    """Whether this answer, or the lack of one, asks for patience and another try."""
    return status == 429 or status >= 500 or word in NO_ANSWER


def retry_after(header: str, now: int) -> float | None:
    """Seconds that a Retry-After header asks for: a number or a date (RFC 9110, 10.2.3).

    Of several numbers, as of a header sent twice, the largest counts. None where there is no
    header or nonsense stands in it.
    """
    numbers = [float(match[1]) for match in map(SECONDS.fullmatch, header.split(",")) if match]
    if numbers:
        return min(max(numbers), LONGEST_RETRY_AFTER)
    try:
        date = parsedate_to_datetime(header.strip())
        until = (date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None
    return min(max(until - now / SECOND, 0.0), LONGEST_RETRY_AFTER)


def backoff(streak: int, delay: float) -> float:
    """Seconds to leave a host alone after so many troubles in a row: 1, 2, 4, ... or longer."""
    if not streak:
        return 0.0
    return min(max(delay, FIRST_PAUSE) * 2.0 ** min(streak, 30), max(LONGEST_PAUSE, delay))


@dataclass(slots=True)
class Host:
    """What politeness must know of one host. Where it never was asked, `ended` is None."""

    name: str
    ended: int | None = None  # when its last request ended
    streak: int = 0  # troubles in a row
    retry_after: float | None = None  # seconds that the last answer asked for
    crawl_delay: float | None = None  # seconds that its robots.txt asks for

    def note(self, ended: int, status: int, word: str, retry_after: float | None) -> None:
        """Take in the end of a request to this host."""
        self.ended = ended
        self.streak = self.streak + 1 if is_trouble(status, word) else 0
        self.retry_after = retry_after


def gap(host: Host, delay: float) -> Gap:
    """The longest of what the rules ask for; a Retry-After stands in for our own back-off."""
    asked = host.retry_after
    rules = [
        (delay, "config"),
        (host.crawl_delay or 0.0, "crawl-delay"),
        (asked or 0.0, "retry-after"),
        (backoff(host.streak, delay) if asked is None else 0.0, "backoff"),
    ]
    seconds, rule = max(rules, key=lambda pair: pair[0])
    return Gap(microseconds(seconds), rule)


class Schedule:
    """The hosts that have work and nothing in flight, by the time when each is due."""

    def __init__(self, delay: float, known: Callable[[str], Host] = Host) -> None:
        """`delay` in seconds; `known` tells what an earlier run knew of a host."""
        self.delay = delay
        self._known = known
        self._hosts: dict[str, Host] = {}
        self._heap: list[tuple[int, int, str]] = []
        self._waiting: dict[str, int] = {}  # host -> when it is due
        self._tickets = 0  # among hosts due at once the one that waits longest is first

    def host(self, name: str) -> Host:
        if name not in self._hosts:
            self._hosts[name] = self._known(name)
        return self._hosts[name]

    def gap(self, name: str) -> Gap:
        return gap(self.host(name), self.delay)

    def due(self, name: str) -> int:
        """When the host may be asked again; 0 where it never was."""
        ended = self.host(name).ended
        return 0 if ended is None else ended + self.gap(name).length

    def add(self, names: Iterable[str]) -> None:
        """These hosts have work and nothing in flight."""
        for name in names:
            if name not in self._waiting:
                self._waiting[name] = self.due(name)
                self._tickets += 1
                heapq.heappush(self._heap, (self._waiting[name], self._tickets, name))

    def take(self, now: int) -> str | None:
        """A host that is due, which is then no longer in the schedule; None where none is."""
        while self._heap and self._heap[0][0] <= now:
            name = heapq.heappop(self._heap)[2]
            del self._waiting[name]
            if self.due(name) <= now:
                return name
            self.add([name])  # a longer Crawl-delay has become known meanwhile
        return None

    def __contains__(self, name: str) -> bool:
        return name in self._waiting

    def next_due(self) -> int | None:
        """When the first host is due; None where none has work."""
        return self._heap[0][0] if self._heap else None

    def waiting(self) -> dict[str, int]:
        """Each host that has work and nothing in flight -> when it is due."""
        return dict(self._waiting)
