"""How visits become answers in the ledger, and which answers of before may be asked for again."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from crawler.events import Event, ImageKnown, PageBare, PageRead
from crawler.frontier import Frontier
from crawler.keeping import image_path
from crawler.ledger import Ledger
from crawler.manifest import Status
from crawler.outcome import STATUS_OF, Outcome
from crawler.permission.permits import Refusal
from crawler.visit import Task, Visit
from crawler.wanted import Want


class Answers:
    """Writes the answers of the present generation, and tells the frontier."""

    def __init__(self, ledger: Ledger, frontier: Frontier, folder: Path | None) -> None:
        """`folder` of the crawl, or None where no image is kept."""
        self._ledger = ledger
        self._frontier = frontier
        self._folder = folder

    def task(self, want: Want) -> Task:
        """The request for a want; if an answer of before may be kept, one for what is new."""
        known = [outcome for outcome in self._before(want.kind, want.url) if self._is_kept(outcome)]
        etag, last_modified = (known[0].etag, known[0].last_modified) if known else ("", "")
        return Task(kind=want.kind, url=want.url, etag=etag, last_modified=last_modified)

    def refused(self, want: Want, refusal: Refusal) -> list[Event]:
        """An address may not be asked."""
        word, sentence, optout = refusal
        outcome = Outcome(kind=want.kind, url=want.url, word=word, sentence=sentence, optout=optout)
        return self._note([outcome], is_new=False)

    def visited(self, visit: Visit) -> list[Event]:
        """An address was asked."""
        if visit.status == 304 and (visit.task.etag or visit.task.last_modified):
            return self._note(self._unchanged(visit), is_new=True)  # as good as fetched
        is_new = visit.image is not None and self._ledger.web.note_image(
            visit.sha256, visit.image, visit.size, visit.said
        )
        events = self._note(self._outcomes(visit), is_new=is_new, cut=visit.cut)
        if any(page.is_script and not page.shows for page in visit.pages.values()):
            events.append(PageBare(url=visit.task.url))
        return events

    def _outcomes(self, visit: Visit) -> Iterator[Outcome]:
        """One answer, or two: a page under the name of an image is an answer as a page, too."""
        task = visit.task
        outcome = Outcome(
            kind=task.kind,
            url=task.url,
            at=visit.ended,
            status=visit.status,
            word=visit.word,
            sentence=visit.sentence,
            location=visit.location,
            etag=visit.etag,
            last_modified=visit.last_modified,
            optout=visit.optout,
            sha256=visit.sha256,
        )
        if visit.pages:
            reading = self._ledger.web.note_page(task.url, visit.pages)
            kind = "page" if task.kind == "image" else task.kind
            yield replace(outcome, kind=kind, word="", sentence="", reading=reading)
        if task.kind == "image" or not visit.pages:
            yield outcome

    def _unchanged(self, visit: Visit) -> Iterator[Outcome]:
        """What was answered before is answered again, but that an image may have opted out."""
        before = self._before(visit.task.kind, visit.task.url)
        is_page = any(known.reading is not None for known in before)
        for known in before:
            etag = visit.etag or known.etag
            last_modified = visit.last_modified or known.last_modified
            again = replace(known, at=visit.ended, etag=etag, last_modified=last_modified)
            yield _opted_out(again, visit) if visit.word and not is_page else again

    def _note(self, outcomes: Iterable[Outcome], *, is_new: bool, cut: bool = False) -> list[Event]:
        noted = list(outcomes)
        for outcome in noted:
            self._ledger.web.answer(self._ledger.generation, outcome)
        for outcome in noted:
            self._frontier.answered(outcome.kind, outcome.url)
        has_page = any(outcome.reading is not None for outcome in noted)
        return [
            self._event(outcome, is_new=is_new, cut=cut)
            for outcome in noted
            if outcome.reading is not None or (outcome.kind == "image" and not has_page)
            if not outcome.location
        ]

    def _event(self, outcome: Outcome, *, is_new: bool, cut: bool) -> Event:
        if outcome.reading is not None:
            links, references = self._ledger.web.size_of(outcome.reading)
            return PageRead(url=outcome.url, links=links, references=references, cut=cut)
        status = STATUS_OF[outcome.word]
        if status == Status.OK and not is_new:
            status = Status.DUPLICATE
        return ImageKnown(url=outcome.url, status=status, error=outcome.error)

    def _before(self, kind: str, url: str) -> list[Outcome]:
        """The answers of earlier generations: of what is asked as an image as a page, too."""
        upto = self._ledger.generation - 1
        kinds = ("page", "image") if kind == "image" else (kind,)
        found = (self._ledger.web.outcome(each, url, upto=upto) for each in kinds if upto)
        return [outcome for outcome in found if outcome is not None]

    def _is_kept(self, outcome: Outcome) -> bool:
        """Whether "not modified" would be enough: what the answer brought is still here."""
        web = self._ledger.web
        if outcome.reading is not None:
            return web.has_views(outcome.reading, self._frontier.known.views)
        image = web.image(outcome.sha256)
        if image is None or self._folder is None:
            return False
        return (self._folder / image_path(outcome.sha256, image.facts.format)).exists()


def _opted_out(outcome: Outcome, visit: Visit) -> Outcome:
    """An answer as a visit leaves it that says, of what has not changed, to keep out."""
    word, sentence = visit.word, visit.sentence
    return replace(outcome, word=word, sentence=sentence, optout=visit.optout, sha256="")
