"""The addresses a crawl wants, on disk: each once for a source and label, in order of discovery.

Sources take turns at a host; budgets say how much of them is asked. Knows nothing of answers but
that there is one.
"""

import sqlite3
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from crawler.budget import Budget
from crawler.url import host

TABLE = """
DROP TABLE IF EXISTS temp.wanted;
CREATE TEMP TABLE wanted (
    number INTEGER PRIMARY KEY,  -- in the order of discovery
    kind TEXT NOT NULL,
    url TEXT NOT NULL,
    source INTEGER NOT NULL,
    label TEXT NOT NULL,
    depth INTEGER NOT NULL,
    hops INTEGER NOT NULL,
    host TEXT NOT NULL,
    state TEXT NOT NULL,  -- waiting, answered, or cut by a budget
    counted INTEGER NOT NULL,  -- in its budget
    UNIQUE (kind, url, source, label)
);
CREATE INDEX temp.wanted_waiting ON wanted (host, source, number) WHERE state = 'waiting';
"""


class Want(NamedTuple):
    """An address that a source wants, as what, and how it came to it."""

    kind: str  # page, sitemap or image
    url: str
    source: int
    label: str  # of an image; a page has none
    depth: int  # links from a seed
    hops: int = 0  # redirects that led here


MOST_MET = 1000  # wants that are remembered

FIELDS = ", ".join(Want._fields)
ADD = f"""INSERT INTO wanted ({FIELDS}, host, state, counted) VALUES (?,?,?,?,?,?,?,?,?)
          ON CONFLICT DO UPDATE SET hops = excluded.hops WHERE excluded.hops < hops"""  # noqa: S608  # names of our own
FIRST = f"""SELECT {FIELDS} FROM wanted WHERE host = ? AND source = ? AND state = 'waiting'
            ORDER BY number LIMIT 1"""  # noqa: S608  # names of our own
ALL_OF = f"SELECT {FIELDS} FROM wanted WHERE kind = ? AND url = ?"  # noqa: S608  # as above
THIS = "kind = ? AND url = ? AND source = ? AND label = ?"


class Wanted:
    """A table of wants, and whose turn it is."""

    def __init__(
        self,
        database: sqlite3.Connection,
        most: Mapping[str, int],
        closed: Callable[[Want], bool] = lambda _: False,
    ) -> None:
        """`most` addresses of each kind in one budget; of pages none whose path is `closed`."""
        self.most = most
        self.spent: Counter[Budget] = Counter()
        self.exhausted: set[Budget] = set()  # budgets that cut something off
        self._closed = closed
        self._met: set[tuple[str, str, int, str, int]] = set()  # some that `has` has found
        self._fresh: set[str] = set()
        self._turns: defaultdict[str, deque[int]] = defaultdict(deque)  # host -> sources
        self._db = database
        self._db.executescript(TABLE)

    def add(self, want: Want, *, answered: bool, asked: bool) -> None:
        """Note a want that is new, or nearer by redirects than it was.

        What was asked before has its place in the budget; a redirect's target needs none.
        """
        name, state = host(want.url), "answered" if answered else "waiting"
        self._db.execute(ADD, (*want, name, state, asked or want.hops > 0))
        if asked and not want.hops:
            self.spent[Budget(want.kind, want.source, want.label)] += 1
        if not answered:
            self._has_work(name, want.source)

    def has(self, want: Want) -> bool:
        """Whether `add` would change nothing; of what is asked often, as menus are, from memory."""
        key = (*want[:4], want.hops)
        if key in self._met:
            return True
        query = f"SELECT 1 FROM wanted WHERE {THIS} AND hops <= ?"  # noqa: S608  # as above
        if self._db.execute(query, key).fetchone() is None:
            return False
        if len(self._met) == MOST_MET:
            self._met.clear()
        self._met.add(key)
        return True

    def fresh_hosts(self) -> set[str]:
        """The hosts that have got work since the last call."""
        fresh, self._fresh = self._fresh, set()
        return fresh

    def first(self, name: str) -> Want | None:
        """What to ask this host next; None where nothing waits. It waits on until `done`."""
        turns = self._turns[name]
        while turns:
            row = self._db.execute(FIRST, (name, turns[0])).fetchone()
            if row is None:
                turns.popleft()
            elif self._affords(Want(*row)):
                return Want(*row)
        return None

    def count(self, want: Want) -> None:
        """An address is going to be asked: count it for all who want it; the next has its turn."""
        query = """UPDATE wanted SET counted = 1 WHERE kind = ? AND url = ? AND NOT counted
                   RETURNING source, label"""
        uncounted = self._db.execute(query, (want.kind, want.url)).fetchall()
        self.spent.update(Budget(want.kind, *row) for row in uncounted)
        self._turns[host(want.url)].rotate(-1)

    def release(self, kind: str, url: str, source: int) -> None:
        """An address turned out to be of another kind: its budgets have room for others again."""
        this = (kind, url, source)
        query = "SELECT label FROM wanted WHERE kind = ? AND url = ? AND source = ? AND counted"
        labels = [label for (label,) in self._db.execute(query, this).fetchall()]
        update = "UPDATE wanted SET counted = 0 WHERE kind = ? AND url = ? AND source = ?"
        self._db.execute(update, this)
        for label in labels:
            self.spent[Budget(kind, source, label)] -= 1
            self._reopen(Budget(kind, source, label))

    def done(self, kind: str, url: str) -> list[Want]:
        """An address is answered; return who wanted it, those cut off included."""
        query = f"""UPDATE wanted SET state = 'answered' WHERE kind = ? AND url = ?
                    RETURNING {FIELDS}"""  # noqa: S608  # as above
        return [Want(*row) for row in self._db.execute(query, (kind, url)).fetchall()]

    def pages(self, source: int) -> Iterator[Want]:
        """The pages and sitemaps of a source, in order of discovery."""
        query = f"SELECT {FIELDS} FROM wanted WHERE kind != 'image' AND source = ? ORDER BY number"  # noqa: S608  # as above
        return (Want(*row) for row in self._db.execute(query, (source,)))

    def page(self, source: int, url: str) -> Want | None:
        """A page of a source."""
        row = self._db.execute(f"{ALL_OF} AND source = ?", ("page", url, source)).fetchone()
        return Want(*row) if row else None

    def holds(self, kind: str, url: str, source: int | None = None) -> bool:
        """Whether a source wants this address, or any source does."""
        query = "SELECT 1 FROM wanted WHERE kind = ? AND url = ? AND source = ifnull(?, source)"
        return self._db.execute(query, (kind, url, source)).fetchone() is not None

    def all(self) -> Iterator[Want]:
        """All wants, in order of discovery."""
        query = f"SELECT {FIELDS} FROM wanted ORDER BY number"  # noqa: S608  # as above
        return (Want(*row) for row in self._db.execute(query))

    def _affords(self, want: Want) -> bool:
        """Whether the budgets have room for a want, or have counted it; else cut it off."""
        budget = Budget(want.kind, want.source, want.label)
        is_closed = want.kind == "page" and self._closed(want)
        if (self.spent[budget] < self.most[want.kind] and not is_closed) or self._is_counted(want):
            return True
        self.exhausted.add(Budget("variants", want.source) if is_closed else budget)
        self._db.execute(f"UPDATE wanted SET state = 'cut' WHERE {THIS}", want[:4])  # noqa: S608  # as above
        return False

    def _reopen(self, budget: Budget) -> None:
        """What the budget cut off waits again."""
        if budget not in self.exhausted:
            return
        self.exhausted.discard(budget)
        cut = "kind = ? AND source = ? AND label = ? AND state = 'cut'"
        query = f"SELECT DISTINCT host FROM wanted WHERE {cut}"  # noqa: S608  # as above
        names = [name for (name,) in self._db.execute(query, budget).fetchall()]
        self._db.execute(f"UPDATE wanted SET state = 'waiting' WHERE {cut}", budget)  # noqa: S608  # as above
        for name in names:
            self._has_work(name, budget.source)

    def _has_work(self, name: str, source: int) -> None:
        self._fresh.add(name)
        if source not in self._turns[name]:
            self._turns[name].append(source)

    def _is_counted(self, want: Want) -> bool:
        query = f"SELECT counted FROM wanted WHERE {THIS}"  # noqa: S608  # as above
        return bool(self._db.execute(query, want[:4]).fetchone()[0])
