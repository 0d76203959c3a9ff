"""How late requests left that could have left on time, by the ledger of the crawl.

A request is due when its host has been left alone for the gap that applied. It counts if its
address was known when the request before it to this host ended, so that nothing was waited for but
the time; and not in the first seconds of a process, which are those of a start.
"""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

SECOND = 1_000_000  # microseconds
START = 2 * SECOND

KNOWN = """
    SELECT url, min(at) FROM (
        SELECT links.url, at FROM answers JOIN links USING (reading) UNION ALL
        SELECT refs.url, at FROM answers JOIN refs USING (reading) UNION ALL
        SELECT location, at FROM answers WHERE location != '' UNION ALL
        SELECT url, ended FROM requests WHERE ended IS NOT NULL
    ) GROUP BY url"""

REQUESTS = """
    SELECT host, url, run, started, ended, gap, word, begun
    FROM requests JOIN runs ON runs.number = requests.run ORDER BY host, started"""


class Lateness(NamedTuple):
    """Milliseconds after the due time."""

    requests: int
    p50: float
    p90: float
    p99: float
    longest: float

    def __str__(self) -> str:
        return (
            f"late by p50 {self.p50:.1f}, p90 {self.p90:.1f}, p99 {self.p99:.1f}, "
            f"at most {self.longest:.1f} ms ({self.requests} requests whose address was known)"
        )


def lateness(out: Path) -> Lateness:
    """Of the crawl in a folder."""
    ledger = sqlite3.connect(out / "crawl.sqlite")
    late = sorted(_late(ledger))
    ledger.close()
    p50, p90, p99 = (late[int(len(late) * share)] / 1000 for share in (0.5, 0.9, 0.99))
    return Lateness(len(late), p50, p90, p99, late[-1] / 1000)


def _late(ledger: sqlite3.Connection) -> Iterator[int]:
    """Microseconds, of each request that counts."""
    known = dict(ledger.execute(KNOWN))
    before: tuple[str, int] | None = None
    for host, url, _, started, ended, gap, word, begun in ledger.execute(REQUESTS):
        if before and before[0] == host and word != "interrupted":
            due = before[1] + gap
            if due > begun + START and known.get(url, ended) < before[1]:
                yield started - due
        before = (host, ended)
