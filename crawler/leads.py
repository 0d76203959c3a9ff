"""Links named like images, which may turn out to be pages: kept on disk until they are answered."""

import sqlite3
from typing import NamedTuple

TABLE = """
DROP TABLE IF EXISTS temp.leads;
CREATE TEMP TABLE leads (
    url TEXT NOT NULL,
    source INTEGER NOT NULL,
    depth INTEGER NOT NULL,
    parent TEXT NOT NULL,
    hops INTEGER NOT NULL,
    PRIMARY KEY (url, source)
) WITHOUT ROWID;
"""


class Lead(NamedTuple):
    """A link that a source would follow if it is one to a page."""

    url: str
    source: int
    depth: int  # of the page that it may be, in links from a seed
    parent: str  # the page that links here
    hops: int = 0  # redirects that led here


class Leads:
    """Those whose answer is not known yet; of a source and an address the first."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._db = database
        self._db.executescript(TABLE)

    def add(self, lead: Lead) -> None:
        self._db.execute("INSERT OR IGNORE INTO leads VALUES (?, ?, ?, ?, ?)", lead)

    def of(self, url: str) -> list[Lead]:
        """Who would follow this address."""
        query = "SELECT url, source, depth, parent, hops FROM leads WHERE url = ?"
        return [Lead(*row) for row in self._db.execute(query, (url,))]
