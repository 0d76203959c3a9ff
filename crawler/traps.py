"""Traps: corners of the web that go on for ever and bring nothing new, and what ends them.

Each page is remembered with the page that led to it first. What a page brings counts for all
pages on the way to it: whoever led to something new may go on. So no page with a new image is cut
off, nor a list of such pages, however long, and the links of a page that was held back are followed
as soon as it deserves it. All is computed from the ledger, like the frontier itself.
"""

import sqlite3
from collections.abc import Iterator

from crawler.budget import Budget
from crawler.config import CrawlConfig
from crawler.url import repeats
from crawler.wanted import Want

TABLES = """
DROP TABLE IF EXISTS temp.trail;
DROP TABLE IF EXISTS temp.copies;
DROP TABLE IF EXISTS temp.variants;
CREATE TEMP TABLE trail (  -- every page that is wanted
    source INTEGER NOT NULL,
    url TEXT NOT NULL,
    parent TEXT NOT NULL,  -- the page that led here first; empty for a seed
    likeness TEXT NOT NULL DEFAULT '',  -- set where it is a copy
    worth INTEGER NOT NULL DEFAULT 0,  -- of itself and of all it led to
    state TEXT NOT NULL DEFAULT '',  -- read, followed; or held back, with the name of the budget
    PRIMARY KEY (source, url)
) WITHOUT ROWID;
CREATE INDEX temp.trail_held ON trail (source, state, likeness) WHERE state IN ('depth', 'copies');
CREATE TEMP TABLE copies (  -- of pages that were read
    source INTEGER NOT NULL,
    likeness TEXT NOT NULL,
    followed INTEGER NOT NULL DEFAULT 0,  -- copies whose links are followed
    worthy INTEGER NOT NULL DEFAULT 0,  -- copies that led to something new
    PRIMARY KEY (source, likeness)
) WITHOUT ROWID;
CREATE TEMP TABLE variants (  -- paths whose pages have queries
    source INTEGER NOT NULL,
    path TEXT NOT NULL,
    barren INTEGER NOT NULL,  -- variants in a row that brought nothing
    PRIMARY KEY (source, path)
) WITHOUT ROWID;
"""

# What a page is worth.
COPY, TEXT, IMAGE = 0, 1, 2  # nothing new; a page unlike all before; an image new to the source


class Traps:
    """The pages of a crawl, which of them are held back, and which paths are closed."""

    def __init__(self, database: sqlite3.Connection, config: CrawlConfig) -> None:
        self.repeating: set[Budget] = set()  # of sources with paths that were not followed
        self._max_repeats = config.max_repeats
        self._max_depth = config.max_depth
        self._max_copies = config.max_copies
        self._max_variants = config.max_variants
        self._db = database
        self._db.executescript(TABLES)

    def repeats(self, source: int, url: str) -> bool:
        """Whether a path repeats itself too often to be followed; it is noted."""
        if repeats(url) <= self._max_repeats:
            return False
        self.repeating.add(Budget("repeats", source))
        return True

    def found(self, source: int, url: str, parent: str) -> None:
        """A page is wanted. The way to a redirect's target is that to its origin."""
        query = "INSERT OR IGNORE INTO trail (source, url, parent) VALUES (?, ?, ?)"
        self._db.execute(query, (source, url, parent))

    def parent(self, page: Want) -> str:
        """The page that led to this one."""
        return self._row(page.source, page.url)[0]

    def read(self, page: Want, likeness: str, *, has_new_image: bool) -> list[str]:
        """A page was read; return the pages whose links may be followed after all.

        `likeness` is equal for copies of a page; empty where it is not known.
        """
        if self._row(page.source, page.url)[-1]:
            return []
        self._set(page, "read")
        if self._is_copy(page.source, likeness):
            query = "UPDATE trail SET likeness = ? WHERE source = ? AND url = ?"
            self._db.execute(query, (likeness, page.source, page.url))
            return []
        return self._credit(page.source, page.url, IMAGE if has_new_image else TEXT)

    def follows(self, page: Want) -> bool:
        """Whether the links of a page that was read are followed. A seed's always are."""
        parent, likeness, worth, state = self._row(page.source, page.url)
        if state == "followed":
            return True
        if parent and self._steps(page.source, parent, worth) >= self._max_depth:
            self._set(page, "depth")
            return False
        if parent and likeness and not self._room(page.source, likeness):
            self._set(page, "copies")
            return False
        self._set(page, "followed")
        if likeness:
            query = "UPDATE copies SET followed = followed + 1 WHERE source = ? AND likeness = ?"
            self._db.execute(query, (page.source, likeness))
        return True

    def answered(self, page: Want, *, brought: bool) -> None:
        """A page is answered; whether it brought an image or, elsewhere, a page that is new."""
        path, mark, _ = page.url.partition("?")
        if mark:
            query = """INSERT INTO variants VALUES (?1, ?2, ?3) ON CONFLICT DO
                       UPDATE SET barren = (barren + 1) * ?3"""
            self._db.execute(query, (page.source, path, int(not brought)))

    def closed(self, page: Want) -> bool:
        """Whether pages that differ from this only in the query brought nothing for too long."""
        path, mark, _ = page.url.partition("?")
        query = "SELECT barren FROM variants WHERE source = ? AND path = ?"
        row = self._db.execute(query, (page.source, path)).fetchone() if mark else None
        return row is not None and row[0] >= self._max_variants

    def held(self) -> Iterator[tuple[str, int, str]]:
        """Budget, source and URL of the pages that are held back."""
        query = "SELECT state, source, url FROM trail WHERE state IN ('depth', 'copies')"
        return iter(self._db.execute(query))

    def _is_copy(self, source: int, likeness: str) -> bool:
        query = "INSERT OR IGNORE INTO copies (source, likeness) VALUES (?, ?)"
        return bool(likeness) and not self._db.execute(query, (source, likeness)).rowcount

    def _room(self, source: int, likeness: str) -> bool:
        """Whether the links of one more copy may be followed."""
        query = "SELECT followed, worthy FROM copies WHERE source = ? AND likeness = ?"
        followed, worthy = self._db.execute(query, (source, likeness)).fetchone()
        return bool(followed < self._max_copies * (1 + worthy))

    def _steps(self, source: int, parent: str, worth: int) -> int:
        """Links on the way to a page since a seed, or since one that showed or led to an image."""
        steps = 0
        while parent and worth != IMAGE and steps < self._max_depth:
            parent, _, worth, _ = self._row(source, parent)
            steps += 1
        return steps

    def _credit(self, source: int, url: str, worth: int) -> list[str]:
        """What a page is worth counts for all that led to it; return whom that sets free."""
        free: list[str] = []
        changed = False
        while url:
            parent, likeness, before, _ = self._row(source, url)
            if before >= worth:
                break  # and so are all before it
            query = "UPDATE trail SET worth = ? WHERE source = ? AND url = ?"
            self._db.execute(query, (worth, source, url))
            if likeness and before == COPY:
                query = "UPDATE copies SET worthy = worthy + 1 WHERE source = ? AND likeness = ?"
                self._db.execute(query, (source, likeness))
                free += self._held(source, "copies", likeness, self._max_copies)
            changed, url = True, parent
        if changed and worth == IMAGE:
            free += [url for url in self._held(source, "depth") if self._is_near(source, url)]
        return free

    def _is_near(self, source: int, url: str) -> bool:
        """Whether the way to a page is no longer too long."""
        parent, _, worth, _ = self._row(source, url)
        return self._steps(source, parent, worth) < self._max_depth

    def _held(self, source: int, state: str, likeness: str = "", most: int = -1) -> list[str]:
        """The pages of a source that a budget holds back; of one likeness where it is given."""
        query = """SELECT url FROM trail WHERE source = ?1 AND state = ?2
                   AND state IN ('depth', 'copies') AND ?3 IN ('', likeness) LIMIT ?4"""
        return [url for (url,) in self._db.execute(query, (source, state, likeness, most))]

    def _row(self, source: int, url: str) -> tuple[str, str, int, str]:
        """Parent, likeness, worth and state of a page."""
        query = "SELECT parent, likeness, worth, state FROM trail WHERE source = ? AND url = ?"
        row: tuple[str, str, int, str] = self._db.execute(query, (source, url)).fetchone()
        return row

    def _set(self, page: Want, state: str) -> None:
        query = "UPDATE trail SET state = ? WHERE source = ? AND url = ?"
        self._db.execute(query, (state, page.source, page.url))
