"""What is to be asked next: addresses that seeds, lists and pages lead to and that have no answer.

It is computed from the ledger, breadth first. A crawl that is resumed begins with the same
computation, and so do the tables of results: which page is how far from a seed does not depend on
the order in which answers arrived.
"""

from collections import deque
from collections.abc import Iterator, Sequence

from crawler.ledger import Ledger
from crawler.outcome import MOST_HOPS, Outcome
from crawler.scope import Scope, named_like_image
from crawler.wanted import Want, Wanted

LEADS = """
DROP TABLE IF EXISTS temp.leads;
CREATE TEMP TABLE leads (  -- links named like images, which may turn out to be pages
    url TEXT NOT NULL,
    source INTEGER NOT NULL,
    depth INTEGER NOT NULL,
    hops INTEGER NOT NULL,
    PRIMARY KEY (url, source)
) WITHOUT ROWID;
"""


class Frontier:
    """The part of the web that sources lead to, as far as answers are known."""

    def __init__(
        self,
        ledger: Ledger,
        scopes: Sequence[Scope],
        wanted: Wanted,
        *,
        since: int = 0,
        upto: int = 1 << 62,
        deepest: int | None = None,
    ) -> None:
        """An answer counts if it is of a generation from `since` to `upto`.

        Pages that are more than `deepest` links from a seed are not wanted.
        """
        self.scopes = scopes
        self.wanted = wanted
        self.web = ledger.web
        self.views = {scope.view.key for scope in scopes}
        self._deepest = deepest
        self._generations = since, upto
        self._agenda: deque[Want] = deque()  # answered, and still to be followed up
        self._db = ledger.database
        self._db.executescript(LEADS)

    def begin(self) -> None:
        """Start from seeds and lists, and go as far as answers lead."""
        for scope in self.scopes:
            for seed in scope.seeds:
                if not scope.excludes(seed):
                    self._want(Want("page", seed, scope.number, "", 0))
            for row in self.web.listed(scope.number):
                if scope.takes(row.url):
                    label = row.label or scope.label(row.page_url, row.url, "")
                    self._want(Want("image", row.url, scope.number, label, 0))
        self._follow_up()

    def answered(self, kind: str, url: str) -> None:
        """The ledger has a new answer for this address: see where it leads."""
        self._agenda.extend(self.wanted.done(kind, url))
        if kind == "image":
            query = "SELECT url, source, depth, hops FROM leads WHERE url = ?"
            for lead in self._db.execute(query, (url,)).fetchall():
                self._lead(*lead)
        self._follow_up()

    def outcome(self, kind: str, url: str) -> Outcome | None:
        """The answer of an address, if it has one that counts."""
        outcome = self.web.outcome(kind, url, *self._generations)
        if outcome and outcome.reading and not self.web.has_views(outcome.reading, self.views):
            return None  # it was read when less of it was wanted
        return outcome

    def is_page(self, url: str) -> bool:
        """Whether an address answered with a page, be it read for all that is wanted now or not."""
        outcome = self.web.outcome("page", url, *self._generations)
        return outcome is not None and outcome.reading is not None

    def pages(self, scope: Scope) -> Iterator[tuple[str, int, int]]:
        """URL, depth and reading of every page of a source that was read."""
        for want in self.wanted.pages(scope.number):
            outcome = self.outcome("page", want.url)
            if outcome is not None and outcome.reading is not None:
                yield want.url, want.depth, outcome.reading

    def _want(self, want: Want) -> None:
        if self._deepest is not None and want.depth > self._deepest:
            return
        answered = self.outcome(want.kind, want.url) is not None
        if not self.wanted.add(want, answered=answered) or not answered:
            return
        if want.hops:  # a redirect is no step deeper: its target comes before the next depth
            self._agenda.appendleft(want)
        else:
            self._agenda.append(want)

    def _follow_up(self) -> None:
        while self._agenda:
            want = self._agenda.popleft()
            outcome = self.outcome(want.kind, want.url)
            if outcome is None:
                continue
            if outcome.location:
                self._redirect(want, outcome.location)
            elif outcome.reading is not None:
                self._expand(want, outcome.reading)

    def _redirect(self, want: Want, location: str) -> None:
        """The target is wanted like what led there, within the scope; a seed's is a seed."""
        scope = self.scopes[want.source]
        is_seed = want.kind == "page" and want.depth == 0
        if want.hops == MOST_HOPS:
            return
        if is_seed and scope.widen(location):
            self._agenda.extend(self.wanted.pages(want.source))  # their links may now be followed
        inside = scope.takes(location) if want.kind == "image" else scope.follows(location)
        if inside or (is_seed and not scope.excludes(location)):
            self._want(want._replace(url=location, hops=want.hops + 1))

    def _expand(self, page: Want, reading: int) -> None:
        """A page was read: its images and links are wanted."""
        scope = self.scopes[page.source]
        for _, url, chosen, _, alt in self.web.references(reading, scope.view.key):
            if chosen:
                self._want_image(page, url, alt)
        for _, url, inside in self.web.links(reading, scope.view.key):
            if inside and named_like_image(url) and scope.takes(url):
                self._want_image(page, url, "")
                if scope.follows(url):
                    self._lead(url, page.source, page.depth + 1)
            elif scope.follows(url):
                self._want(Want("page", url, page.source, "", page.depth + 1))

    def _want_image(self, page: Want, url: str, alt: str) -> None:
        scope = self.scopes[page.source]
        if scope.takes(url):
            label = scope.label(page.url, url, alt)
            self._want(Want("image", url, page.source, label, page.depth))

    def _lead(self, url: str, source: int, depth: int, hops: int = 0) -> None:
        """A link that is named like an image leads to a page if its answer is one."""
        outcome = self.outcome("image", url)
        if outcome is None:
            query = "INSERT OR IGNORE INTO leads VALUES (?, ?, ?, ?)"
            self._db.execute(query, (url, source, depth, hops))
        elif outcome.location and hops < MOST_HOPS:
            self._lead(outcome.location, source, depth, hops + 1)
        elif self.is_page(url) and self.scopes[source].follows(url):
            self.wanted.release("image", url, source)  # it is one of the pages, not of the images
            self._want(Want("page", url, source, "", depth))
