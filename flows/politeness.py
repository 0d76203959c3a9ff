"""How the hosts of a crawl were treated, from its requests.csv."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise


@dataclass(frozen=True, slots=True, kw_only=True)
class HostRow:
    """One host: what was asked of it, and the patience it was asked with."""

    host: str
    requests: int
    size: int  # bytes received
    delay: float  # seconds, the longest that a rule asked for
    shortest_pause: float  # seconds from the end of a request to the start of the next; 0: one only


def hosts(requests: Iterable[Mapping[str, str]]) -> list[HostRow]:
    """Sum up the requests of every host, in the order of their names."""
    found: defaultdict[str, list[Mapping[str, str]]] = defaultdict(list)
    for row in requests:
        found[row["host"]].append(row)
    return [_host(name, rows) for name, rows in sorted(found.items())]


def _host(name: str, rows: list[Mapping[str, str]]) -> HostRow:
    return HostRow(
        host=name,
        requests=len(rows),
        size=sum(int(row["bytes"] or 0) for row in rows),
        delay=max(float(row["delay"] or 0) for row in rows),
        shortest_pause=min(_pauses(rows), default=0.0),
    )


def _pauses(rows: list[Mapping[str, str]]) -> Iterator[float]:
    """Seconds between the requests of one host; one without an end was cut off by a kill."""
    for before, after in pairwise(sorted(rows, key=lambda row: row["start"])):
        if before["end"]:
            pause = datetime.fromisoformat(after["start"]) - datetime.fromisoformat(before["end"])
            yield pause.total_seconds()
