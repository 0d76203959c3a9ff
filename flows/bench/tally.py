"""What a server counts while it is crawled. Pure: hosts, paths and times in, counts out."""

from collections import Counter
from dataclasses import dataclass, field

from flows.bench.gallery import FORBIDDEN, HOSTS


@dataclass(slots=True)
class Tally:
    """Counts of requests, the same for every crawler.

    A request is early when it begins less than `delay` seconds after the end of the answer before
    it from the same host, and double when the same address was asked before. The server sees an
    end a little before the client does and a start a little after: no gap is seen too small.
    """

    delay: float  # seconds
    early: int = 0
    forbidden: int = 0  # by robots.txt
    _asked: Counter[tuple[str, str]] = field(default_factory=Counter)
    _ends: dict[str, float] = field(default_factory=dict)  # seconds

    def note(self, host: str, path: str, start: float, end: float) -> None:
        """Count one request, from its arrival to its answer, in seconds of one clock."""
        if start - self._ends.get(host, float("-inf")) < self.delay:
            self.early += 1
        self._ends[host] = end
        self._asked[host, path] += 1
        self.forbidden += path.startswith(FORBIDDEN)

    def counts(self) -> dict[str, int]:
        """Requests of each host, and how many of them were double, early and forbidden."""
        by_host = Counter(dict.fromkeys(HOSTS, 0))
        for (host, _), times in self._asked.items():
            by_host[host] += times
        double = by_host.total() - len(self._asked)
        return by_host | {"double": double, "early": self.early, "forbidden": self.forbidden}
