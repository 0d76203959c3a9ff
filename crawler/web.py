"""The part of the ledger that mirrors the web: answers, images, and what pages say."""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from functools import lru_cache
from typing import NamedTuple

from crawler.image import Facts
from crawler.lists import Listed
from crawler.metadata.embedded import SILENT, Embedded
from crawler.outcome import Outcome
from crawler.reading.beside import Beside
from crawler.reading.page import Page
from crawler.schema import insert

SET_ASIDE = 0  # a generation before the first, of answers that are asked for again
FIELDS = [field.name for field in fields(Outcome)]
OUTCOME = ", ".join(FIELDS)


class Stored(NamedTuple):
    """An image whose file is in its place."""

    facts: Facts
    size: int  # bytes
    licence: str  # as the file says itself, and so on
    creator: str
    credit: str


class Web:
    """Addresses with their answers, generation by generation."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self.database = database
        self._views = lru_cache(4096)(self._read_views)  # by reading, which never changes

    def answer(self, generation: int, outcome: Outcome) -> None:
        """An address has its answer of a generation."""
        values = {name: getattr(outcome, name) for name in FIELDS}
        insert(self.database, "answers", verb="INSERT OR REPLACE", generation=generation, **values)

    def outcome(self, kind: str, url: str, since: int = 0, upto: int = 1 << 62) -> Outcome | None:
        """The latest answer of an address among these generations, both included."""
        query = f"""SELECT {OUTCOME} FROM answers WHERE kind = ? AND url = ?
                    AND generation BETWEEN ? AND ? ORDER BY generation DESC LIMIT 1"""  # noqa: S608  # names of our own fields
        row = self.database.execute(query, (kind, url, since, upto)).fetchone()
        return Outcome(**dict(zip(FIELDS, row, strict=True))) if row else None

    def set_aside(self, kind: str, url: str, generation: int) -> None:
        """An address is asked again, and until then this answer stands in the tables."""
        query = """UPDATE OR REPLACE answers SET generation = ?
                   WHERE kind = ? AND url = ? AND generation = ?"""
        self.database.execute(query, (SET_ASIDE, kind, url, generation))

    def was_set_aside(self, kind: str, url: str) -> bool:
        """Whether an address was asked and is, or was, to be asked again."""
        return self.outcome(kind, url, SET_ASIDE, SET_ASIDE) is not None

    def outcomes(self, generation: int) -> Iterator[Outcome]:
        """Every answer of a generation."""
        query = f"SELECT {OUTCOME} FROM answers WHERE generation = ?"  # noqa: S608  # as above
        rows = self.database.execute(query, (generation,))
        return (Outcome(**dict(zip(FIELDS, row, strict=True))) for row in rows)

    def note_image(self, sha256: str, facts: Facts, size: int, said: Embedded = SILENT) -> bool:
        """The file of an image is in its place; return whether its bytes are new to us."""
        before = self.database.total_changes
        insert(
            self.database,
            "images",
            verb="INSERT OR IGNORE",
            sha256=sha256,
            format=facts.format,
            width=facts.width,
            height=facts.height,
            size=size,
            phash=facts.phash,
            licence=said.licence,
            creator=said.creator,
            credit=said.credit,
        )
        return self.database.total_changes > before

    def image(self, sha256: str) -> Stored | None:
        """What an image is."""
        query = """SELECT format, width, height, phash, size, licence, creator, credit
                   FROM images WHERE sha256 = ?"""
        row = self.database.execute(query, (sha256,)).fetchone()
        if row is None:
            return None
        facts = Facts(format=row[0], width=row[1], height=row[2], phash=row[3])
        return Stored(facts, *row[4:])

    def note_page(self, url: str, pages: Mapping[str, Page]) -> int:
        """A page was read, with these views; return the number of the reading."""
        views, page = json.dumps(sorted(pages)), next(iter(pages.values()))
        number = insert(
            self.database,
            "readings",
            url=url,
            views=views,
            text=page.text,
            optout=page.optout,
            canonical=page.canonical,
        )
        self.database.executemany(
            "INSERT OR IGNORE INTO links VALUES (?, ?, ?, ?, ?, ?)",
            (
                (number, view, link.position, link.url, int(link.inside), link.kind)
                for view, page in pages.items()
                for link in page.links
            ),
        )
        self.database.executemany(
            "INSERT OR IGNORE INTO refs VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                (number, view, r.position, r.url, r.attribute, r.alt, int(r.chosen))
                for view, page in pages.items()
                for r in page.references
            ),
        )
        self.database.executemany(
            "INSERT OR IGNORE INTO beside VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                (number, view, position, *beside)
                for view, page in pages.items()
                for position, beside in page.beside.items()
            ),
        )
        return number

    def has_views(self, reading: int, views: set[str]) -> bool:
        """Whether a page was read with all these views."""
        return views <= self._views(reading)

    def _read_views(self, reading: int) -> frozenset[str]:
        query = "SELECT views FROM readings WHERE number = ?"
        return frozenset(json.loads(self.database.execute(query, (reading,)).fetchone()[0]))

    def size_of(self, reading: int) -> tuple[int, int]:
        """The numbers of links and of references to images in a page."""
        query = """SELECT (SELECT count(DISTINCT position) FROM links WHERE reading = ?1),
                   (SELECT count(*) FROM refs WHERE reading = ?1)"""
        links, references = self.database.execute(query, (reading,)).fetchone()
        return links, references

    def fingerprint(self, reading: int) -> str:
        """That of the text of a page."""
        query = "SELECT text FROM readings WHERE number = ?"
        text: str = self.database.execute(query, (reading,)).fetchone()[0]
        return text

    def optout(self, reading: int) -> str:
        """The signal by which a page keeps its images from being learned from, or ""."""
        query = "SELECT optout FROM readings WHERE number = ?"
        optout: str = self.database.execute(query, (reading,)).fetchone()[0]
        return optout

    def canonical(self, reading: int) -> str:
        """The address by which a page is to be known, "" for its own."""
        query = "SELECT canonical FROM readings WHERE number = ?"
        canonical: str = self.database.execute(query, (reading,)).fetchone()[0]
        return canonical

    def beside(self, reading: int, view: str) -> dict[int, Beside]:
        """What is said of the images of a page where they stand, by position."""
        query = f"""SELECT position, {", ".join(Beside._fields)} FROM beside
                    WHERE reading = ? AND view = ?"""  # noqa: S608  # as above
        rows = self.database.execute(query, (reading, view))
        return {position: Beside(*row) for position, *row in rows}

    def links(self, reading: int, view: str) -> list[tuple[int, str, int, str]]:
        """Position and URL of the links of a page, whether its images count there, and kind."""
        query = """SELECT position, url, inside, kind FROM links
                   WHERE reading = ? AND view = ? ORDER BY position, url"""
        return self.database.execute(query, (reading, view)).fetchall()

    def references(self, reading: int, view: str) -> list[tuple[int, str, int, str, str, str]]:
        """Position, URL, chosen, attribute and alternative text of the images of a page.

        And the address of the page that shows it, where that is another.
        """
        query = """SELECT position, url, chosen, attribute, alt, coalesce(page, '')
                   FROM refs LEFT JOIN beside USING (reading, view, position)
                   WHERE reading = ? AND view = ? ORDER BY position, url"""
        return self.database.execute(query, (reading, view)).fetchall()

    # Lists.

    def note_lists(self, lists: Mapping[int, Iterable[Listed]]) -> None:
        """The rows of the lists of this run, by number of the source, instead of those before."""
        self.database.execute("DELETE FROM listed")
        for source, rows in lists.items():
            self.database.executemany(
                "INSERT INTO listed (source, position, url, label, page_url, licence, creator) "
                "VALUES (?, ?, ?, ?, ?, ?, ?)",
                ((source, *row) for row in rows),
            )

    def listed(self, source: int) -> Iterator[Listed]:
        """The rows of the list of a source; none where it has no list."""
        query = """SELECT position, url, label, page_url, licence, creator FROM listed
                   WHERE source = ? ORDER BY position"""
        return (Listed(*row) for row in self.database.execute(query, (source,)))
