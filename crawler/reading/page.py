"""What a page refers to: links to other pages, and images in the sizes it offers."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from crawler.reading.beside import Beside
from crawler.url import named_like_image


@dataclass(frozen=True, slots=True)
class Link:
    """A link to what may be a page or an image."""

    url: str
    position: int  # of the element in the page, counted with the images
    inside: bool = True  # the part of the page whose images count
    kind: str = "page"  # as what it is asked where no name of an image says otherwise: or sitemap


@dataclass(frozen=True, slots=True)
class Reference:
    """An image that an element offers. One of those that share a position is chosen.

    What a page mentions without showing it is chosen where the page shows nothing.
    """

    url: str
    position: int  # of the element in the page, counted with the links; mentions come last
    attribute: str  # where the URL stood: src, srcset, data-src, style, og:image ...
    alt: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Page:
    """What a page refers to, in its order. All URLs are canonical."""

    base: str  # the URL that relative ones were resolved against
    links: tuple[Link, ...]
    references: tuple[Reference, ...]
    beside: Mapping[int, Beside] = field(default_factory=dict)  # by position; of some no word
    text: str = ""  # its fingerprint
    optout: str = ""  # the signal by which it keeps its images from being learned from
    is_script: bool = False  # it says next to nothing before its scripts are run
    canonical: str = ""  # the address by which it is to be known, where that is another of its host

    @property
    def shows(self) -> bool:
        """Whether it shows an image, or links to what is named like one."""
        chosen = any(reference.chosen for reference in self.references)
        return chosen or any(named_like_image(link.url) for link in self.links)
