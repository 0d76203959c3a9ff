"""Budgets: what bounds a crawl where the web does not, and how it is told that one cut it off."""

from collections.abc import Mapping
from typing import NamedTuple

from crawler.config import CrawlConfig

SENTENCES = {
    "page": "source {source} has more pages than max_pages; the rest is left out",
    "sitemap": "source {source} has more sitemaps than max_sitemaps; the rest is left out",
    "image": "source {source} has more images{of} than max_images; the rest is left out",
    "depth": "source {source} has pages that lie max_depth links beyond the last new image; "
    "their links are not followed",
    "repeats": "source {source} has links whose path repeats the same folders more than "
    "max_repeats times in a row; they are not followed",
    "variants": "source {source} has pages that differ only in their query, and max_variants of "
    "them in a row brought nothing new; the rest of them is left out",
    "copies": "source {source} has more copies of a page than max_copies, and they led to nothing "
    "new; the links of the rest of them are not followed",
}


class Budget(NamedTuple):
    """What is counted together in a source: its pages, its images of one label, what traps cost."""

    kind: str  # a key of SENTENCES
    source: int
    label: str = ""  # of images

    @property
    def sentence(self) -> str:
        """What the budget left out, and by which key."""
        of = f" of {self.label}" if self.label else ""
        return SENTENCES[self.kind].format(source=self.source, of=of)


def most_of(config: CrawlConfig) -> Mapping[str, int]:
    """How many addresses of each kind are asked in one budget."""
    return {
        "page": config.max_pages,
        "sitemap": config.max_sitemaps,
        "image": config.max_images,
    }
