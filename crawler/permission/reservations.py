"""The tdmrep.json of each host, read once a crawl, before the first of its images."""

from functools import lru_cache

from crawler.ledger import Ledger
from crawler.permission.tdmrep import WELL_KNOWN, Reservations
from crawler.politeness import is_trouble
from crawler.schema import insert
from crawler.url import host, root
from crawler.visit import Task, Visit


class Reserved:
    """What hosts reserve, as far as their files were read in this generation."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._of_host = lru_cache(256)(self._read)

    def task(self, url: str) -> Task | None:
        """The request that is to come before one for an image at this URL, if any."""
        if self._of_host(host(url)) is not None:
            return None
        return Task(kind="tdmrep", url=root(url) + WELL_KNOWN)

    def found(self, name: str, visit: Visit | None) -> None:
        """A host has answered, or may not be asked (None). No file says that nothing is reserved.

        A redirect is not followed: the host where it leads has a file of its own. What could not be
        read says nothing for the time being: a retry of other things asks for it again.
        """
        is_known = visit is not None and not is_trouble(visit.status, visit.lost)
        text = visit.body if visit and visit.status in {200, 203} else b""
        insert(
            self._ledger.database,
            "reservations",
            verb="INSERT OR REPLACE",
            host=name,
            generation=self._ledger.generation,
            text=text if is_known else None,
        )
        self._of_host.cache_clear()

    def signal(self, url: str) -> str:
        """The signal by which an image at this URL is kept from being learned from, or ""."""
        reservations = self._of_host(host(url))
        return reservations.signal(url) if reservations else ""

    def _read(self, name: str) -> Reservations | None:
        query = "SELECT text FROM reservations WHERE host = ? AND generation = ?"
        row = self._ledger.database.execute(query, (name, self._ledger.generation)).fetchone()
        return Reservations(row[0] or b"") if row else None
