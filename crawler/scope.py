"""What a source takes in: which links it follows, which images it takes, and how it labels them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from crawler.config import CrawlConfig, Source
from crawler.label import label_of
from crawler.reading.selection import check
from crawler.url import canonical, folder, root, within
from crawler.visit import View


@dataclass(slots=True, kw_only=True)
class Scope:
    """A source as the frontier asks it."""

    number: int  # of the source in the configuration, from 0
    source: Source
    seeds: Sequence[str]  # canonical
    sitemaps: Sequence[str] = ()  # canonical
    follow: list[str] = field(default_factory=list)  # prefixes
    view: View

    def starts(self) -> list[tuple[str, str]]:
        """As what to ask the addresses that the source starts from, but for those left alone."""
        starts = [("sitemap", url) for url in self.sitemaps] + [("page", url) for url in self.seeds]
        return [(kind, url) for kind, url in starts if not self.excludes(url)]

    def follows(self, url: str) -> bool:
        """Whether a link leads to a page of this source."""
        return within(url, self.follow) and not self.excludes(url)

    def takes(self, url: str) -> bool:
        """Whether an image at this address may be one of this source."""
        inside = not self.source.images or within(url, self.source.images)
        return inside and not self.excludes(url)

    def excludes(self, url: str) -> bool:
        return within(url, self.source.exclude)

    def label(self, page_url: str, image_url: str, alt: str) -> str:
        """The label of a reference, or "" where nothing gives one."""
        return label_of(self.source, page_url=page_url, image_url=image_url, alt=alt)

    def widen(self, seed: str) -> bool:
        """A seed redirects here: unless `follow` is given, this is home too. Whether it is new."""
        home = self.home(seed)
        if self.source.follow or home in self.follow:
            return False
        self.follow.append(home)
        return True

    def home(self, seed: str) -> str:
        """Followed by default: the seed's host where addresses give labels, else its folder."""
        return root(seed) if self.source.label_pattern else folder(seed)


def scopes_of(config: CrawlConfig, sources: Iterable[Source]) -> list[Scope]:
    """The scope of each source, in the order of the configuration.

    Raises CrawlerError where `select` is no CSS selector.
    """
    return [_scope(config, number, source) for number, source in enumerate(sources)]


def _scope(config: CrawlConfig, number: int, source: Source) -> Scope:
    if source.select:
        check(source.select)
    scope = Scope(
        number=number,
        source=source,
        seeds=_canonical(source.seeds),
        sitemaps=_canonical(source.sitemaps),
        follow=list(source.follow),
        view=View(source.select, config.want),
    )
    for start in (*scope.seeds, *scope.sitemaps):
        scope.widen(start)
    return scope


def _canonical(urls: Iterable[str]) -> list[str]:
    """Each once, in their order."""
    return list(dict.fromkeys(url for url in map(canonical, urls) if url is not None))
