"""The tables of the ledger. They hold facts: what was asked, what was answered, what a page says.

Times are microseconds UTC. A generation is a crawl of the whole web of the sources: the first, or
a refresh of the one before. The state of an address is its answer of the latest generation.
"""

import errno
import os
import shutil
import sqlite3
from pathlib import Path
from typing import Any

from crawler.errors import LedgerError

ROOM = 1 << 16  # bytes; where less is free, a failure to write has its reason

VERSION = 4

TABLES = """
CREATE TABLE generations (
    number INTEGER PRIMARY KEY,
    begun INTEGER NOT NULL,
    finished INTEGER  -- when nothing was left to ask
);
CREATE TABLE runs (  -- one process each
    number INTEGER PRIMARY KEY,
    generation INTEGER NOT NULL,
    begun INTEGER NOT NULL,
    user_agent TEXT NOT NULL,
    delay REAL NOT NULL,  -- seconds
    config TEXT NOT NULL  -- JSON, with the sources
);
CREATE TABLE listed (  -- rows of the lists of the latest run
    source INTEGER NOT NULL,
    position INTEGER NOT NULL,
    url TEXT NOT NULL,
    label TEXT NOT NULL,
    page_url TEXT NOT NULL,
    licence TEXT NOT NULL,
    creator TEXT NOT NULL,
    PRIMARY KEY (source, position)
) WITHOUT ROWID;
CREATE TABLE hosts (
    name TEXT PRIMARY KEY,  -- with the port
    ended INTEGER,  -- of the latest request
    streak INTEGER NOT NULL,  -- troubles in a row
    retry_after REAL,  -- seconds that the latest answer asked for
    robots INTEGER  -- the robots.txt in force
) WITHOUT ROWID;
CREATE TABLE robots (
    number INTEGER PRIMARY KEY,
    host TEXT NOT NULL,
    read INTEGER NOT NULL,
    verdict TEXT NOT NULL,  -- parse, allow or deny
    word TEXT NOT NULL,  -- why it denies
    digest TEXT NOT NULL,  -- SHA-256 of the text
    text BLOB NOT NULL
);
CREATE TABLE reservations (  -- the tdmrep.json of each host
    host TEXT NOT NULL,
    generation INTEGER NOT NULL,
    text BLOB,  -- empty where there is none, NULL where it could not be read
    PRIMARY KEY (host, generation)
) WITHOUT ROWID;
CREATE TABLE requests (
    number INTEGER PRIMARY KEY AUTOINCREMENT,  -- without a hole: a missing row is seen
    run INTEGER NOT NULL,
    host TEXT NOT NULL,
    url TEXT NOT NULL,
    kind TEXT NOT NULL,  -- robots, tdmrep, sitemap, page, image
    started INTEGER NOT NULL,
    ended INTEGER,  -- NULL: an intent whose end is not known
    status INTEGER NOT NULL DEFAULT 0,
    word TEXT NOT NULL DEFAULT '',  -- why there was no answer
    bytes INTEGER NOT NULL DEFAULT 0,
    retry_after REAL,  -- seconds
    gap INTEGER NOT NULL,  -- microseconds that had to pass since the request before
    rule TEXT NOT NULL,  -- that asked for so much
    robots INTEGER  -- that allowed it; NULL for robots.txt itself
);
CREATE INDEX requests_of_url ON requests (url, kind);
CREATE INDEX open_requests ON requests (ended) WHERE ended IS NULL;
CREATE TABLE answers (
    kind TEXT NOT NULL,  -- as what it was asked: page, sitemap or image
    url TEXT NOT NULL,
    generation INTEGER NOT NULL,
    at INTEGER,  -- NULL where nothing was sent
    status INTEGER NOT NULL,  -- of HTTP
    word TEXT NOT NULL,  -- what is wrong, one word; empty for nothing
    sentence TEXT NOT NULL,
    location TEXT NOT NULL,  -- where it redirects to
    etag TEXT NOT NULL,
    last_modified TEXT NOT NULL,
    optout TEXT NOT NULL,
    sha256 TEXT NOT NULL,  -- of an image
    reading INTEGER,  -- of a page or a sitemap
    PRIMARY KEY (kind, url, generation)
) WITHOUT ROWID;
CREATE TABLE exhausted (  -- budgets that left something out
    generation INTEGER NOT NULL,
    kind TEXT NOT NULL,
    source INTEGER NOT NULL,
    label TEXT NOT NULL,
    PRIMARY KEY (generation, kind, source, label)
) WITHOUT ROWID;
CREATE TABLE forgotten (  -- as the user wished
    kind TEXT NOT NULL,  -- url, host or sha256
    value TEXT NOT NULL,
    PRIMARY KEY (kind, value)
) WITHOUT ROWID;
CREATE TABLE images (
    sha256 TEXT PRIMARY KEY,
    format TEXT NOT NULL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    size INTEGER NOT NULL,
    phash TEXT NOT NULL,
    licence TEXT NOT NULL,  -- as the file says itself, and so on
    creator TEXT NOT NULL,
    credit TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE readings (  -- a page or a sitemap as it was on one day
    number INTEGER PRIMARY KEY,
    url TEXT NOT NULL,
    views TEXT NOT NULL,  -- JSON list of the views it was read with
    text TEXT NOT NULL,  -- its fingerprint
    optout TEXT NOT NULL,  -- the signal that keeps its images from being learned from
    canonical TEXT NOT NULL  -- the address by which it is to be known, where that is another
);
CREATE TABLE beside (  -- what is said of an image where it stands
    reading INTEGER NOT NULL,
    view TEXT NOT NULL,  -- as of a reference to an image: what is not chosen, nothing is said of
    position INTEGER NOT NULL,
    caption TEXT NOT NULL,
    licence TEXT NOT NULL,
    creator TEXT NOT NULL,
    credit TEXT NOT NULL,
    page TEXT NOT NULL,  -- that shows it, where that is another
    PRIMARY KEY (reading, view, position)
) WITHOUT ROWID;
CREATE TABLE links (
    reading INTEGER NOT NULL,
    view TEXT NOT NULL,  -- as of a reference to an image
    position INTEGER NOT NULL,
    url TEXT NOT NULL,
    inside INTEGER NOT NULL,  -- the part of the page whose images count
    kind TEXT NOT NULL,  -- page or sitemap
    PRIMARY KEY (reading, view, position, url)
) WITHOUT ROWID;
CREATE TABLE refs (
    reading INTEGER NOT NULL,
    view TEXT NOT NULL,  -- what was wanted of the page: JSON of selector and size
    position INTEGER NOT NULL,
    url TEXT NOT NULL,
    attribute TEXT NOT NULL,
    alt TEXT NOT NULL,
    chosen INTEGER NOT NULL,
    PRIMARY KEY (reading, view, position, url, attribute)
) WITHOUT ROWID;
"""


def connect(path: Path | str) -> sqlite3.Connection:
    """Open a ledger, made where there is none; ":memory:" for one that leaves no trace.

    Raises LedgerError where the file is no ledger, or one of another version.
    """
    database = sqlite3.connect(path, isolation_level=None)
    try:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = FULL")
        database.execute("PRAGMA temp_store = FILE")
        # Overwriting tables that are dropped, as some builds do, takes memory for every row.
        database.execute("PRAGMA temp.secure_delete = OFF")
        # On disk, too: a list may bring a million addresses, and a budget cut them off, at once.
        database.execute("PRAGMA temp.journal_mode = PERSIST")
        _prepare(database, path)
    except sqlite3.OperationalError as error:
        database.close()
        raise unusable(path, error) from error
    except sqlite3.DatabaseError as error:
        database.close()
        raise LedgerError(f"{path} is no ledger of a crawl; choose another --out") from error
    except LedgerError:
        database.close()
        raise
    return database


def unusable(path: Path | str, error: sqlite3.Error) -> LedgerError:
    """The sentence for what SQLite cannot do with a ledger."""
    folder, code = Path(path).parent, getattr(error, "sqlite_errorcode", 0)
    if code == sqlite3.SQLITE_FULL or (code & 0xFF == sqlite3.SQLITE_IOERR and _is_full(folder)):
        full = os.strerror(errno.ENOSPC)
        return LedgerError(f"{folder}: {full}, or none for SQLite's temporary files")
    return LedgerError(f"{path}: the ledger cannot be used: {error}")


def _is_full(folder: Path) -> bool:
    return shutil.disk_usage(folder).free < ROOM


def insert(database: sqlite3.Connection, table: str, verb: str = "INSERT", **row: Any) -> int:
    """Add a row to a table; return its number. `verb` may be INSERT OR IGNORE or OR REPLACE."""
    names, marks = ", ".join(row), ", ".join("?" * len(row))
    query = f"{verb} INTO {table} ({names}) VALUES ({marks})"  # names come from our own code
    return database.execute(query, tuple(row.values())).lastrowid or 0


def _prepare(database: sqlite3.Connection, path: Path | str) -> None:
    version = database.execute("PRAGMA user_version").fetchone()[0]
    if version == 0:
        database.executescript(f"BEGIN; {TABLES} PRAGMA user_version = {VERSION}; COMMIT;")
    elif version != VERSION:
        raise LedgerError(
            f"{path} was written by another version (its format is {version}, ours {VERSION}); "
            "choose another --out"
        )
