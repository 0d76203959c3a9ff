"""The web as the ledger has it: every reference to an image, and what became of each image.

Computed from facts alone, so that neither a kill nor the order of arrival leaves a trace.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any, NamedTuple

from crawler.clock import written
from crawler.frontier import Frontier
from crawler.keeping import image_path
from crawler.known import FOREVER
from crawler.ledger import Ledger
from crawler.limits import Limits
from crawler.manifest import FoundRow, ImageRow, Status
from crawler.named import Named
from crawler.outcome import FORGOTTEN, KEPT, MOST_HOPS, STATUS_OF, Outcome
from crawler.permission.forgotten import FORGET
from crawler.reading.beside import Beside
from crawler.scope import Scope
from crawler.sized import NOT_GIVEN, RefusedSizes
from crawler.url import named_like_image
from crawler.wanted import Wanted
from crawler.web import Stored

ALL_TAKEN = Limits()

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
OUTSIDE = "it redirects to an address that the configuration leaves out"
TOO_MANY = f"it redirects more than {MOST_HOPS} times"

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


class Survey:
    """What the sources find, as of a generation. Undoes other surveys and frontiers of a ledger."""

    def __init__(
        self,
        ledger: Ledger,
        scopes: Sequence[Scope],
        limits: Limits = ALL_TAKEN,
        upto: int = FOREVER,
    ) -> None:
        """Images that are here and outside of `limits` count as rejected."""
        self._limits = limits
        self.named = Named(ledger)
        self._sizes = RefusedSizes(ledger)
        self._ledger = ledger
        self._web = ledger.web
        self._db = ledger.database
        self._frontier = Frontier(ledger, scopes, Wanted(ledger.database, {}), upto=upto)
        self._frontier.begin()
        self._db.executescript(TABLE)
        marks = ", ".join("?" * len(Found._fields))
        for scope in scopes:
            self._db.executemany(f"INSERT INTO found VALUES ({marks})", self._references(scope))  # noqa: S608  # our own

    def found(self) -> Iterator[FoundRow]:
        """The rows of found.csv, sorted: by URL, and of each the decisive reference first."""
        return (each.row for each in self._sorted())

    def labels(self) -> list[str]:
        """The labels of all references, each once."""
        return [label for (label,) in self._db.execute("SELECT DISTINCT label FROM found")]

    def images(self) -> Iterator[ImageRow]:
        """The rows of manifest.csv, sorted: one for each image URL that was tried."""
        self.named = Named(self._ledger)
        for url, references in groupby(self._sorted(), key=lambda each: each.url):
            row = self._image(url, references)
            if row is not None:
                is_first = not row.sha256 or self.named.add(row.sha256)
                yield row if is_first else replace(row, status=Status.DUPLICATE)

    def _sorted(self) -> Iterator[Found]:
        return (Found(*row) for row in self._db.execute(SORTED))

    def _references(self, scope: Scope) -> Iterator[Found]:
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

    def _is_image(self, url: str) -> bool:
        """Whether a link that is named like an image leads to one, or at least to no page."""
        final, outcome = self._final(url)
        return outcome is not None and not self._frontier.known.is_page(final)

    def _final(self, url: str) -> tuple[str, Outcome | None]:
        """Where redirects lead from an image URL, and the answer there, if it is known."""
        outcome = self._frontier.known.outcome("image", url)
        for _ in range(MOST_HOPS):
            if outcome is None or not outcome.location:
                break
            target = self._frontier.known.outcome("image", outcome.location)
            if target is None:
                is_wanted = self._frontier.wanted.holds("image", outcome.location)
                return url, None if is_wanted else _lost(outcome, OUTSIDE)
            url, outcome = outcome.location, target
        if outcome is not None and outcome.location:
            outcome = _lost(outcome, TOO_MANY)
        if outcome is not None and outcome.status == 429 and self._sizes.refuses(url):
            outcome = _not_given(url)
        return url, outcome

    def _image(self, url: str, references: Iterator[Found]) -> ImageRow | None:
        """The row of an image URL, without regard to others; None while it is not known."""
        said = _gathered(references)
        final, outcome = self._final(url)
        forgotten = self._ledger.forgotten.signal(url, final, sha256=_content(outcome))
        signal = min(filter(None, {*said.signals, forgotten}), default="")
        if signal:
            final, outcome = url, _withheld(url, signal)
        if outcome is None or not said.is_chosen:
            return None
        outcome, stored = self._judged(outcome)
        licence, creator, credit = said.attribution
        if stored and not any(said.attribution):  # what the site says comes before what a file says
            licence, creator, credit = stored.licence, stored.creator, stored.credit
        file: dict[str, Any] = {}
        if stored is not None:
            facts = stored.facts
            file = {"path": image_path(outcome.sha256, facts.format), "size": stored.size}
            file |= {name: getattr(facts, name) for name in ("phash", "format", "width", "height")}
        return ImageRow(
            url=url,
            final_url=final,
            page_url=said.decisive.page_url,
            alt=said.decisive.alt,
            label=said.decisive.label,
            labels=joined(said.labels),
            status=STATUS_OF[outcome.word],
            error=outcome.error,
            http_status=outcome.status,
            sha256=outcome.sha256,
            fetched_at=written(outcome.at),
            etag=outcome.etag,
            last_modified=outcome.last_modified,
            licence=licence,
            creator=creator,
            credit=credit,
            optout=outcome.optout,
            **file,
        )

    def _judged(self, outcome: Outcome) -> tuple[Outcome, Stored | None]:
        """The answer of an image with its file, or as rejected where present limits refuse it."""
        stored = self._web.image(outcome.sha256)
        if stored is None:
            return outcome, None
        refusal = self._limits.refusal(stored.size, stored.facts.width, stored.facts.height)
        if refusal is None:
            return outcome, stored
        self.named.add(outcome.sha256)  # its file stays: the limits may change back
        word, sentence = refusal
        return replace(outcome, word=word, sentence=sentence, sha256=""), None


def _gathered(references: Iterator[Found]) -> Gathered:
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


def _content(outcome: Outcome | None) -> str:
    return outcome.sha256 if outcome else ""


def _withheld(url: str, signal: str) -> Outcome:
    """An image that a page keeps back, or a wish, as if nobody had ever asked for it."""
    is_forgotten = signal.startswith(FORGET)
    sentence = FORGOTTEN if is_forgotten else KEPT.format(signal)
    return Outcome(kind="image", url=url, word="optout", sentence=sentence, optout=signal)


def _not_given(url: str) -> Outcome:
    """An image of a size that its host refuses, whether it was among the few that were asked."""
    return Outcome(kind="image", url=url, word="http", sentence=NOT_GIVEN)


def _lost(outcome: Outcome, sentence: str) -> Outcome:
    """A redirect that is not followed, as the answer of an image."""
    return replace(outcome, word="redirect", sentence=sentence, location="")


def joined(labels: Iterable[str]) -> str:
    """All labels, sorted, with | between."""
    return "|".join(sorted({label for label in labels if label}))
