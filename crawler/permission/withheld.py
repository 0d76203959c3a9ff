"""Images that a page keeps from being learned from: asked for nobody, whoever else shows them."""

import sqlite3

TABLE = """
DROP TABLE IF EXISTS temp.withheld;
CREATE TEMP TABLE withheld (url TEXT PRIMARY KEY) WITHOUT ROWID;
"""


class Withheld:
    """Their addresses, on disk."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._db = database
        self._db.executescript(TABLE)
        self._is_empty = True  # as in most crawls, which then need not look

    def add(self, url: str) -> None:
        self._is_empty = False
        self._db.execute("INSERT OR IGNORE INTO withheld VALUES (?)", (url,))

    def holds(self, url: str) -> bool:
        """Whether a page that was read keeps this image back."""
        if self._is_empty:
            return False
        query = "SELECT 1 FROM withheld WHERE url = ?"
        return self._db.execute(query, (url,)).fetchone() is not None
