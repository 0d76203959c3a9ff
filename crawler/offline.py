"""Is it they, or is it we? A failure that reached no host is in doubt until some host answers.

Where another host answers, the network is there, and the failure is one of its host. Where nobody
does, the network is gone, and the failure says nothing. Pure: visits in, verdicts out.
"""

from collections.abc import Set as AbstractSet

from crawler.flight import Flight
from crawler.visit import Visit

UNREACHED = frozenset({"dns", "connect", "timeout"})  # words that a dead network, too, brings forth


class Doubts:
    """The failures in doubt, at most one a host, whose next requests wait meanwhile."""

    def __init__(self, *, ever_answered: bool) -> None:
        """`ever_answered`: whether this ledger has any answer; before that nothing is doubted."""
        self.is_witness_asked = False  # a host that answered before, since the doubts began
        self.since: int | None = None  # when the first one arose, microseconds UTC
        self.dispelled = 0  # since when we are online again; tries before it count no more
        self._ever_answered = ever_answered
        self._is_offline = False
        self._held: dict[str, tuple[Flight, Visit]] = {}

    @property
    def hosts(self) -> AbstractSet[str]:
        """Those whose failures are in doubt."""
        return self._held.keys()

    def arises(self, visit: Visit) -> bool:
        """Whether this failure, after the last try, may be one of our own network."""
        return self._ever_answered and not visit.reached and visit.word in UNREACHED

    def hold(self, flight: Flight, visit: Visit) -> None:
        """Keep a failure for which `arises` holds."""
        self._held[flight.host] = flight, visit
        self.since = self.since or visit.ended

    def dispel(self, visit: Visit) -> list[tuple[Flight, Visit]]:
        """A host was reached: return the failures held, which are now those of their hosts."""
        self._ever_answered |= visit.status > 0
        failures = list(self._held.values())
        if self._is_offline:  # else it was its host that failed, and others have had their tries
            self.dispelled = visit.started
        self._held, self.since = {}, None
        self._is_offline = self.is_witness_asked = False
        return failures

    def give_up(self) -> list[Flight]:
        """Nobody can be reached: we are offline. Return what is to be asked again."""
        self._is_offline = True
        flights = [flight for flight, _ in self._held.values()]
        self._held = {}
        return flights

    def offline(self, now: int) -> int:
        """For how long we have been offline, in microseconds; 0 where we are not."""
        return now - self.since if self._is_offline and self.since is not None else 0
