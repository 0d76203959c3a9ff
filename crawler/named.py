"""The images that a manifest names: their files stay, and all others are let go of.

A site may withdraw an image, by an opt-out or its robots.txt, that it gave before. What only the
limits of the present configuration refuse is here all the same, and stays.
"""

from pathlib import Path

from crawler.ledger import Ledger

TABLE = """
DROP TABLE IF EXISTS temp.named;
CREATE TEMP TABLE named (sha256 TEXT PRIMARY KEY) WITHOUT ROWID;
"""


class Named:
    """The contents of a manifest while its rows are computed, and afterwards. Kept on disk."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._db = ledger.database
        self._db.executescript(TABLE)

    def add(self, sha256: str) -> bool:
        """A row names this content; whether it is the first."""
        query = "INSERT OR IGNORE INTO named VALUES (?)"
        return self._db.execute(query, (sha256,)).rowcount > 0

    def keep_only(self, images: Path) -> None:
        """Remove all other files of the folder `images`, once the manifest is in its place.

        The ledger forgets them first: what was let go of is asked again if it is ever wanted. What
        a kill leaves undone is done by the next run.
        """
        with self._ledger.transaction():
            self._db.execute("DELETE FROM images WHERE sha256 NOT IN (SELECT sha256 FROM named)")
        for file in images.glob("*/*"):
            if not self._holds(file.stem):
                file.unlink()

    def _holds(self, sha256: str) -> bool:
        query = "SELECT 1 FROM named WHERE sha256 = ?"
        return self._db.execute(query, (sha256,)).fetchone() is not None
