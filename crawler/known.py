"""What is known of the web: the answers that count, and what pages say to a source."""

from collections.abc import Iterator, Sequence

from crawler.ledger import Ledger
from crawler.outcome import Outcome
from crawler.reading.documents import NAMED
from crawler.scope import Scope
from crawler.url import named_like_file, named_like_image

FOREVER = 1 << 62


class Known:
    """The ledger as of some generations, for these sources."""

    def __init__(
        self, ledger: Ledger, scopes: Sequence[Scope], since: int = 0, upto: int = FOREVER
    ) -> None:
        """An answer counts if it is of a generation from `since` to `upto`."""
        self.views = {scope.view.key for scope in scopes}
        self._web = ledger.web
        self._generations = since, upto
        self._is_past = upto < ledger.generation

    def outcome(self, kind: str, url: str) -> Outcome | None:
        """The answer of an address, if it has one that counts."""
        outcome = self._web.outcome(kind, url, *self._generations)
        if outcome is None:
            return None
        if outcome.reading and not self._web.has_views(outcome.reading, self.views):
            return None  # it was read when less of it was wanted
        if outcome.sha256 and not self._is_past and self._web.image(outcome.sha256) is None:
            return None  # its file was let go of when nobody wanted it
        return outcome

    def reading(self, url: str, kind: str = "page") -> int | None:
        """That of a page or a sitemap, if it was read for all that is wanted."""
        outcome = self.outcome(kind, url)
        return outcome.reading if outcome else None

    def is_page(self, url: str) -> bool:
        """Whether an address answered with a page, be it read for all that is wanted now or not."""
        outcome = self._web.outcome("page", url, *self._generations)
        return outcome is not None and outcome.reading is not None

    def shown(self, scope: Scope, reading: int) -> list[tuple[str, str, str]]:
        """What a page shows, or links to under the name of an image.

        URL, alternative text, and the address of the page where that is another one.
        """
        rows = self.references(scope, reading)
        shown = [(url, alt, page) for _, url, chosen, _, alt, page in rows if chosen]
        links = self._web.links(reading, scope.view.key)
        named = (url for _, url, inside, _ in links if inside and named_like_image(url))
        return shown + [(url, "", "") for url in named if scope.takes(url)]

    def references(
        self, scope: Scope, reading: int
    ) -> Iterator[tuple[int, str, int, str, str, str]]:
        """As of `Web`, those that may be of this source.

        What is named with a page elsewhere is none where that page is left alone; nor is what a
        sitemap names where the source says which pages are its own, and that is not among them.
        """
        for row in self._web.references(reading, scope.view.key):
            _, url, _, attribute, _, page = row
            is_ours = attribute != NAMED or not scope.source.follow or scope.follows(page)
            if scope.takes(url) and is_ours and not scope.excludes(page):
                yield row

    def links(self, scope: Scope, reading: int) -> Iterator[tuple[str, bool]]:
        """The links of a page that a source follows, and whether each is a page for certain."""
        for _, url, inside, kind in self._web.links(reading, scope.view.key):
            if kind == "page" and scope.follows(url) and not named_like_file(url):
                yield url, not (inside and named_like_image(url) and scope.takes(url))

    def sitemaps(self, scope: Scope, reading: int) -> Iterator[str]:
        """The sitemaps that a sitemap names, wherever they are."""
        for _, url, _, kind in self._web.links(reading, scope.view.key):
            if kind == "sitemap" and not scope.excludes(url):
                yield url
