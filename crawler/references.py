"""Every reference to an image that the sources have, gathered from the facts of the ledger.

Knows what pages and lists say, not what became of the images.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from crawler.frontier import Frontier
from crawler.ledger import Ledger
from crawler.manifest import FoundRow
from crawler.reading.beside import Beside
from crawler.scope import Scope
from crawler.url import named_like_image

TABLE = """
DROP TABLE IF EXISTS temp.found;
CREATE TEMP TABLE found (
    url TEXT NOT NULL,
    source INTEGER NOT NULL,
    depth INTEGER NOT NULL,
    page_url TEXT NOT NULL,
    position INTEGER NOT NULL,
    chosen INTEGER NOT NULL,
    attribute TEXT NOT NULL,
    label TEXT NOT NULL,
    alt TEXT NOT NULL,
    caption TEXT NOT NULL,
    licence TEXT NOT NULL,
    creator TEXT NOT NULL,
    credit TEXT NOT NULL,
    document TEXT NOT NULL,
    optout TEXT NOT NULL
);
"""
SORTED = """SELECT * FROM found ORDER BY url, source, depth, page_url, position, chosen DESC,
            attribute, label, alt, caption, licence, creator, credit, document, optout"""

LINK = "href"  # the attribute of a reference that is a link to an image


class Found(NamedTuple):
    """A reference to an image, with the fields in the order that puts the decisive one first."""

    url: str
    source: int
    depth: int
    page_url: str
    position: int
    chosen: int
    attribute: str
    label: str
    alt: str = ""
    caption: str = ""
    licence: str = ""
    creator: str = ""
    credit: str = ""
    document: str = ""  # the address of what was read; "" in a list
    optout: str = ""  # the signal by which its page keeps it from being learned from

    @property
    def row(self) -> FoundRow:
        return FoundRow(**{name: getattr(self, name) for name in FoundRow.__dataclass_fields__})


class Gathered(NamedTuple):
    """What all references to one image say together."""

    decisive: Found
    is_chosen: bool
    labels: set[str]
    signals: set[str]  # by which pages keep it back
    attribution: tuple[str, str, str]  # licence, creator and credit of the first that states any


class References:
    """The references of all sources, in a table of the ledger's connection; it undoes an older."""

    def __init__(
        self,
        ledger: Ledger,
        scopes: Sequence[Scope],
        frontier: Frontier,
        is_image: Callable[[str], bool],
    ) -> None:
        """`is_image`: whether a link that is named like an image leads to one."""
        self._ledger = ledger
        self._web = ledger.web
        self._db = ledger.database
        self._frontier = frontier
        self._is_image = is_image
        self._db.executescript(TABLE)
        marks = ", ".join("?" * len(Found._fields))
        for scope in scopes:
            self._db.executemany(f"INSERT INTO found VALUES ({marks})", self._of(scope))  # noqa: S608  # our own

    def __iter__(self) -> Iterator[Found]:
        """All of them, sorted: by URL, and of each the decisive one first."""
        return (Found(*row) for row in self._db.execute(SORTED))

    def labels(self) -> list[str]:
        """The labels of all references, each once."""
        return [label for (label,) in self._db.execute("SELECT DISTINCT label FROM found")]

    def _of(self, scope: Scope) -> Iterator[Found]:
        for row in self._web.listed(scope.number):
            if scope.takes(row.url):
                label = row.label or scope.label(row.page_url, row.url, "")
                where = (row.url, scope.number, 0, row.page_url, row.position)
                yield Found(*where, 1, "list", label, licence=row.licence, creator=row.creator)
        for address, depth, reading in self._frontier.pages(scope):
            yield from self._on_page(scope, address, depth, reading)

    def _on_page(self, scope: Scope, address: str, depth: int, reading: int) -> Iterator[Found]:
        """The references of a page, under the name by which it is to be known."""
        optout, beside = self._web.optout(reading), self._web.beside(reading, scope.view.key)
        name = self._web.canonical(reading) or address
        for position, url, chosen, attribute, alt, page in self._in_page(scope, reading, optout):
            if scope.takes(url):
                caption, licence, creator, credit, _ = beside.get(position, Beside())
                label = scope.label(page or address, url, alt)
                where = (url, scope.number, depth, page or name, position)
                said = (caption, licence, creator, credit)
                yield Found(*where, chosen, attribute, label, alt, *said, address, optout)

    def _in_page(
        self, scope: Scope, reading: int, optout: str
    ) -> Iterator[tuple[int, str, int, str, str, str]]:
        """What a page shows or links to, as `Web.references` has it."""
        yield from self._frontier.known.references(scope, reading)
        for position, url, inside, _ in self._web.links(reading, scope.view.key):
            if inside and named_like_image(url):
                # What is kept back was not asked, so nobody knows that it is a page.
                is_kept = optout or self._ledger.forgotten.signal(url)
                if is_kept or self._is_image(url):
                    yield position, url, 1, LINK, "", ""


def gathered(references: Iterator[Found]) -> Gathered:
    """The references to an image, the decisive one first."""
    decisive = next(references)
    is_chosen, labels, signals = bool(decisive.chosen), {decisive.label}, {decisive.optout}
    attribution = _attribution(decisive)
    for each in references:
        is_chosen |= bool(each.chosen)
        labels.add(each.label)
        signals.add(each.optout)
        attribution = attribution if any(attribution) else _attribution(each)
    return Gathered(decisive, is_chosen, labels, signals, attribution)


def _attribution(found: Found) -> tuple[str, str, str]:
    """What one place says of whose an image is: no licence from here with a name from there."""
    return found.licence, found.creator, found.credit
