"""The ledger of a crawl: what is known for certain, in a file that outlives a kill at any moment.

An intent is committed before its request is sent, an outcome after its file is in place. Every
table of results is computed from here. One thread owns a ledger.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from crawler.budget import Budget
from crawler.permission.forgotten import Forgotten
from crawler.schema import connect, insert, unusable
from crawler.traffic import Traffic
from crawler.web import Web


class Ledger:
    """An open ledger, set to its latest generation. Changes stand within a `transaction`."""

    def __init__(self, path: Path | str) -> None:
        """Raises LedgerError."""
        self._path = path
        self.database = connect(path)
        self.traffic = Traffic(self.database)
        self.web = Web(self.database)
        self.forgotten = Forgotten(self.database)
        self.generation = 0  # 0 before the first
        self.begun = 0  # when the generation began, microseconds UTC
        self.finished = False  # whether nothing was left to ask in it
        self.run = 0
        self._load()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Raises LedgerError for what SQLite could not do."""
        self.database.close()
        if isinstance(error, sqlite3.Error):
            raise unusable(self._path, error) from error

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All changes of the block are on disk when it ends, or none of them.

        Raises LedgerError where they cannot be written: a full disk, a folder that is gone.
        """
        try:
            self.database.execute("BEGIN IMMEDIATE")
            yield
            self.database.execute("COMMIT")
        except sqlite3.OperationalError as error:
            self._undo()
            raise unusable(self._path, error) from error
        except BaseException:
            self._undo()
            raise

    def _undo(self) -> None:
        if self.database.in_transaction:  # a full disk may have ended it already
            self.database.execute("ROLLBACK")

    def latest_time(self) -> int:
        """The latest moment anything happened, microseconds UTC; 0 for a new ledger."""
        query = """SELECT max(coalesce((SELECT max(max(started), max(coalesce(ended, 0)))
                   FROM requests), 0), coalesce((SELECT max(begun) FROM runs), 0))"""
        latest: int = self.database.execute(query).fetchone()[0]
        return latest

    def begin_generation(self, now: int) -> None:
        """Begin the first crawl, or the next: every address is to be asked again."""
        insert(self.database, "generations", begun=now)
        self._load()

    def start_over(self, now: int) -> None:
        """Begin this generation again: no seed could be fetched, so its answers mean nothing."""
        self.database.execute("DELETE FROM answers WHERE generation = ?", (self.generation,))
        self._begin_again(now)

    def ask_again(self, addresses: Iterable[tuple[str, str]], now: int) -> None:
        """Begin again for these alone, by kind and URL; what else is known in it stays."""
        for kind, url in addresses:
            self.web.set_aside(kind, url, self.generation)
        self._begin_again(now)

    def finish(self, now: int | None) -> None:
        """Nothing is left to ask in this generation; or, with None, something is again."""
        query = "UPDATE generations SET finished = ? WHERE number = ?"
        self.database.execute(query, (now, self.generation))
        self._load()

    def _begin_again(self, now: int) -> None:
        """Tries count from now, and what hosts could not be asked of their rules is asked again."""
        query = "UPDATE generations SET begun = ? WHERE number = ?"
        self.database.execute(query, (now, self.generation))
        unread = "DELETE FROM reservations WHERE generation = ? AND text IS NULL"
        self.database.execute(unread, (self.generation,))
        self._load()

    def _load(self) -> None:
        query = "SELECT number, begun, finished FROM generations ORDER BY number DESC LIMIT 1"
        row = self.database.execute(query).fetchone()
        if row is not None:
            self.generation, self.begun, self.finished = row[0], row[1], row[2] is not None

    def note_exhausted(self, budgets: Iterable[Budget]) -> None:
        """These budgets left something out in this generation, and no others."""
        self.database.execute("DELETE FROM exhausted WHERE generation = ?", (self.generation,))
        rows = ((self.generation, *budget) for budget in budgets)
        self.database.executemany("INSERT INTO exhausted VALUES (?, ?, ?, ?)", rows)

    def last_settings(self) -> dict[str, Any]:
        """The configuration of the latest run, with its sources; empty before the first."""
        query = "SELECT config FROM runs ORDER BY number DESC LIMIT 1"
        row = self.database.execute(query).fetchone()
        known: dict[str, Any] = json.loads(row[0]) if row else {}
        return known

    def begin_run(self, now: int, user_agent: str, delay: float, config: str) -> None:
        """A process begins. What another left open ends now, and its delay runs from here."""
        self.run = insert(
            self.database,
            "runs",
            generation=self.generation,
            begun=now,
            user_agent=user_agent,
            delay=delay,
            config=config,
        )
        self.traffic.interrupt(now)
