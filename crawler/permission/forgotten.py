"""What the user had forgotten: addresses, hosts and contents that are never asked for or kept."""

import re
import sqlite3
from collections.abc import Iterator
from typing import NamedTuple

from crawler.url import canonical, host

FORGET = "forget: "  # how the signal of a wish begins in the column optout
CONTENT = re.compile(r"[0-9a-f]{64}")


class Target(NamedTuple):
    """One thing to forget."""

    kind: str  # url, host or sha256
    value: str


def target_of(word: str) -> Target | None:
    """What a word names: a SHA-256, an address of the web, or a host; None where it is none."""
    if CONTENT.fullmatch(word.lower()):
        return Target("sha256", word.lower())
    if "://" in word:
        url = canonical(word)
        return Target("url", url) if url else None
    url = canonical(f"http://{word}/") if word and not set(word) & set("/?#@\\ ") else None
    return Target("host", host(url).rpartition(":")[0]) if url else None


class Forgotten:
    """The part of the ledger that says so. A host is a name or address, whatever the port."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._db = database
        found = database.execute("SELECT 1 FROM forgotten LIMIT 1").fetchone()
        self._is_empty = found is None  # as in most crawls, which then need not look

    def add(self, target: Target) -> None:
        """Forget this, and of a content every address that brought it."""
        self._is_empty = False
        self._db.execute("INSERT OR IGNORE INTO forgotten VALUES (?, ?)", target)
        if target.kind == "sha256":
            query = """INSERT OR IGNORE INTO forgotten
                       SELECT 'url', url FROM answers WHERE kind = 'image' AND sha256 = ?"""
            self._db.execute(query, (target.value,))

    def signal(self, *urls: str, sha256: str = "") -> str:
        """Which of these was forgotten, as it stands in the column optout; "" for none."""
        if self._is_empty:
            return ""
        targets = [Target("sha256", sha256), *self._named(urls)]
        return next((f"{FORGET}{target.value}" for target in targets if self._holds(target)), "")

    def _named(self, urls: tuple[str, ...]) -> Iterator[Target]:
        for url in urls:
            yield Target("url", url)
            yield Target("host", host(url).rpartition(":")[0])

    def _holds(self, target: Target) -> bool:
        query = "SELECT 1 FROM forgotten WHERE kind = ? AND value = ?"
        return self._db.execute(query, target).fetchone() is not None
