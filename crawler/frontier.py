"""What is to be asked next: addresses that seeds, lists and pages lead to and that have no answer.

It is computed from the ledger, breadth first. A crawl that is resumed begins with the same
computation, and so do the tables of results: which page is how far from a seed does not depend on
the order in which answers arrived.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import replace

from crawler.budget import Budget
from crawler.known import FOREVER, Known
from crawler.leads import Lead, Leads
from crawler.ledger import Ledger
from crawler.outcome import MOST_HOPS, NOT_A_PAGE
from crawler.permission.withheld import Withheld
from crawler.reading.fingerprint import likeness
from crawler.scope import Scope
from crawler.traps import Traps
from crawler.url import named_like_image
from crawler.wanted import Want, Wanted


class Frontier:
    """The part of the web that sources lead to, as far as answers are known."""

    def __init__(
        self,
        ledger: Ledger,
        scopes: Sequence[Scope],
        wanted: Wanted,
        *,
        since: int = 0,
        upto: int = FOREVER,
        deepest: int | None = None,
        traps: Traps | None = None,
    ) -> None:
        """An answer counts if it is of a generation from `since` to `upto`.

        Pages that are more than `deepest` links from a seed are not wanted, nor what `traps` hold.
        """
        self.scopes = [replace(scope, follow=list(scope.follow)) for scope in scopes]
        self.wanted = wanted
        self.known = Known(ledger, scopes, since, upto)
        self.web = ledger.web
        self._deepest = deepest
        self._traps = traps
        self._starts: set[tuple[str, str, int]] = set()  # and where they redirect to, by source
        self._agenda: deque[Want] = deque()  # answered, and still to be followed up
        self._leads = Leads(ledger.database)
        self._withheld = Withheld(ledger.database)
        self._forgotten = ledger.forgotten.signal

    def begin(self) -> None:
        """Start from seeds and lists, and go as far as answers lead."""
        for scope in self.scopes:
            for start in scope.starts():
                self._settle(scope, *start)
            for kind, url in scope.starts():
                self._want(Want(kind, url, scope.number, "", 0))
            for row in self.web.listed(scope.number):
                if scope.takes(row.url):
                    label = row.label or scope.label(row.page_url, row.url, "")
                    self._want(Want("image", row.url, scope.number, label, 0))
        self._follow_up()

    def answered(self, kind: str, url: str) -> None:
        """The ledger has a new answer for this address: see where it leads."""
        self._agenda.extend(self.wanted.done(kind, url))
        if kind == "image":
            for lead in self._leads.of(url):
                self._pursue(lead)
        self._follow_up()

    def pages(self, scope: Scope) -> Iterator[tuple[str, int, int]]:
        """URL, depth and reading of every page and sitemap of a source that was read."""
        for want in self.wanted.pages(scope.number):
            reading = self.known.reading(want.url, want.kind)
            if reading is not None:
                yield want.url, want.depth, reading

    def exhausted(self) -> set[Budget]:
        """The budgets that left something out."""
        if self._traps is None:
            return self.wanted.exhausted
        exhausted = self.wanted.exhausted | self._traps.repeating
        for kind, source, url in self._traps.held():
            if Budget(kind, source) not in exhausted and self._leaves_out(source, url):
                exhausted.add(Budget(kind, source))
        return exhausted

    def _settle(self, scope: Scope, kind: str, url: str) -> None:
        """Find out where a start redirects to, since that decides which links are followed."""
        self._starts.add((kind, url, scope.number))
        for _ in range(MOST_HOPS):
            outcome = self.known.outcome(kind, url)
            if outcome is None or not outcome.location:
                break
            url = outcome.location
            self._starts.add((kind, url, scope.number))
            scope.widen(url)

    def _want(self, want: Want, parent: str = "") -> bool:
        """Note what `parent` led to, and follow it up if it is answered; whether it is new."""
        if self._deepest is not None and want.depth > self._deepest:
            return False
        if want.kind == "image" and (self._withheld.holds(want.url) or self._forgotten(want.url)):
            return False
        if self.wanted.has(want):  # as most links of a page are: asked first, for it is quick
            return False
        outcome = self.known.outcome(want.kind, want.url)
        asked = outcome is not None or self.web.was_set_aside(want.kind, want.url)
        self.wanted.add(want, answered=outcome is not None, asked=asked)
        if want.kind == "page" and self._traps:
            self._traps.found(want.source, want.url, parent)
        if outcome is None or (want.kind == "image" and not outcome.location):
            return True
        if want.hops or want.kind == "sitemap":  # no step deeper: it comes before the next depth
            self._agenda.appendleft(want)
        else:
            self._agenda.append(want)
        return True

    def _follow_up(self) -> None:
        while self._agenda:
            want = self._agenda.popleft()
            outcome = self.known.outcome(want.kind, want.url)
            if outcome is None:
                continue
            brought = False
            if outcome.location:
                brought = self._redirect(want, outcome.location)
            elif outcome.reading is not None:
                brought = self._expand(want, outcome.reading)
            elif outcome.word == NOT_A_PAGE and named_like_image(want.url):
                self.wanted.release("page", want.url, want.source)
            if want.kind == "page" and self._traps:
                self._traps.answered(want, brought=brought)

    def _redirect(self, want: Want, location: str) -> bool:
        """The target is wanted like what led there, within the scope; a start's is one, too."""
        scope = self.scopes[want.source]
        is_start = (want.kind, want.url, want.source) in self._starts
        if want.hops == MOST_HOPS:
            return False
        if is_start:
            self._starts.add((want.kind, location, want.source))
            if scope.widen(location):
                for page in list(self.wanted.pages(want.source)):
                    self._follow_again(page)
        if want.kind == "image":
            inside = scope.takes(location)
        elif want.kind == "sitemap":
            inside = not scope.excludes(location)
        else:
            inside = scope.follows(location) and not self._is_endless(want.source, location)
        if not inside and not (is_start and not scope.excludes(location)):
            return False
        parent = self._traps.parent(want) if self._traps and want.kind == "page" else ""
        is_new = self._want(want._replace(url=location, hops=want.hops + 1), parent)
        return is_new and _path(location) != _path(want.url)

    def _expand(self, page: Want, reading: int) -> bool:
        """A page was read: its images and links are wanted. Whether it brought anything new."""
        shown = self.known.shown(self.scopes[page.source], reading)
        if self.web.optout(reading):
            for url, _, _ in shown:
                self._withheld.add(url)
                self.wanted.done("image", url)
        if page.kind == "sitemap":
            self._follow_map(page, reading)
            self._follow(page, reading)  # first: pages may keep back what is named beside them
        new_images = [self._want_image(page, *each) for each in shown]
        if page.kind == "sitemap":
            return any(new_images)
        if self._traps:
            like = likeness(self.web.fingerprint(reading), (url for url, _, _ in shown))
            for url in self._traps.read(page, like, has_new_image=any(new_images)):
                self._follow_again(self.wanted.page(page.source, url))
        return self._follow(page, reading) or any(new_images)

    def _follow(self, page: Want, reading: int) -> bool:
        """The links of a page are wanted; whether one leads to a page elsewhere that is new."""
        if self._traps and page.kind == "page" and not self._traps.follows(page):
            return False
        parent = page.url if page.kind == "page" else ""  # what a sitemap names is like a seed
        brought = False
        for url, is_page in self.known.links(self.scopes[page.source], reading):
            if not is_page:
                self._pursue(Lead(url, page.source, page.depth + 1, parent))
            elif not self._is_endless(page.source, url):
                want = Want("page", url, page.source, "", page.depth + 1)
                brought |= self._want(want, parent) and _path(url) != _path(page.url)
        return brought

    def _follow_map(self, page: Want, reading: int) -> None:
        """The sitemaps that a sitemap names are wanted."""
        for url in self.known.sitemaps(self.scopes[page.source], reading):
            self._want(Want("sitemap", url, page.source, "", page.depth))

    def _follow_again(self, page: Want | None) -> None:
        """The links of a page may be followed that could not be before."""
        reading = self.known.reading(page.url, page.kind) if page else None
        if page and reading is not None:
            self._follow(page, reading)

    def _leaves_out(self, source: int, url: str) -> bool:
        """Whether a page that is held back links to anything that is not wanted."""
        reading = self.known.reading(url)
        links = self.known.links(self.scopes[source], reading) if reading is not None else ()
        return any(is_page and not self.wanted.holds("page", url, source) for url, is_page in links)

    def _is_endless(self, source: int, url: str) -> bool:
        return self._traps is not None and self._traps.repeats(source, url)

    def _want_image(self, page: Want, url: str, alt: str, shown_by: str) -> bool:
        """Whether the image is new to the source; `shown_by` a page, where that is another."""
        is_new = not self.wanted.holds("image", url, page.source)
        label = self.scopes[page.source].label(shown_by or page.url, url, alt)
        return self._want(Want("image", url, page.source, label, page.depth)) and is_new

    def _pursue(self, lead: Lead) -> None:
        """A link that is named like an image leads to a page if its answer is one."""
        url, source, depth, parent, hops = lead
        outcome = self.known.outcome("image", url)
        if outcome is None:
            self._leads.add(lead)
        elif outcome.location and hops < MOST_HOPS:
            self._pursue(lead._replace(url=outcome.location, hops=hops + 1))
        elif self.known.is_page(url) and self.scopes[source].follows(url):
            self.wanted.release("image", url, source)  # it is one of the pages, not of the images
            self._want(Want("page", url, source, "", depth), parent)


def _path(url: str) -> str:
    return url.partition("?")[0]
