"""The web as the ledger has it: what became of every image that is referred to.

Computed from facts alone, so that neither a kill nor the order of arrival leaves a trace.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any

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
from crawler.references import Found, References, gathered
from crawler.scope import Scope
from crawler.sized import NOT_GIVEN, RefusedSizes
from crawler.wanted import Wanted
from crawler.web import Stored

ALL_TAKEN = Limits()

OUTSIDE = "it redirects to an address that the configuration leaves out"
TOO_MANY = f"it redirects more than {MOST_HOPS} times"


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
        self._frontier = Frontier(ledger, scopes, Wanted(ledger.database, {}), upto=upto)
        self._frontier.begin()
        self._references = References(ledger, scopes, self._frontier, self._is_image)

    def found(self) -> Iterator[FoundRow]:
        """The rows of found.csv, sorted: by URL, and of each the decisive reference first."""
        return (each.row for each in self._references)

    def labels(self) -> list[str]:
        """The labels of all references, each once."""
        return self._references.labels()

    def images(self) -> Iterator[ImageRow]:
        """The rows of manifest.csv, sorted: one for each image URL that was tried."""
        self.named = Named(self._ledger)
        for url, references in groupby(self._references, key=lambda each: each.url):
            row = self._image(url, references)
            if row is not None:
                is_first = not row.sha256 or self.named.add(row.sha256)
                yield row if is_first else replace(row, status=Status.DUPLICATE)

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
        said = gathered(references)
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
