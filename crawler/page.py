"""What a page refers to: links to other pages, and images in the sizes it offers."""

from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from unicodedata import normalize

from crawler.aside import Aside
from crawler.elements import LINKS, Element, elements, first_base
from crawler.encoding import decode_page
from crawler.fingerprint import fingerprint
from crawler.markup import Tag, balanced
from crawler.mention import RANKS
from crawler.offer import offer_of
from crawler.resolve import Enough, Resolver
from crawler.selection import selected
from crawler.url import canonical

ALT = 1000  # characters of an alternative text; normalising takes the square of their number


@dataclass(frozen=True, slots=True)
class Link:
    """A link to what may be a page or an image."""

    url: str
    position: int  # of the element in the page, counted with the images
    inside: bool = True  # the part of the page whose images count


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
    text: str = ""  # its fingerprint
    optout: str = ""  # the signal by which it keeps its images from being learned from
    licence: str = ""  # where the one that it names can be read


def parse_page(
    body: bytes,
    url: str,
    *,
    encoding: str = "",
    select: str = "",
    want: int = 512,
    tags: str = "",
    names: Collection[str] = (),
) -> Page:
    """Read a page that was found at `url`; `encoding` is the charset of its HTTP header, if any.

    Only images in the parts that the CSS selector `select` matches are references; links count
    wherever they stand. `want` is the width in pixels at which an image is large enough. `tags` are
    the lines of X-Robots-Tag, `names` those by which it may speak to us. Whatever the bytes,
    nothing is raised for them, and time and memory are bounded by their number.
    """
    text, codec = decode_page(body, encoding)
    address = Resolver(canonical(first_base(text), url) or url, codec)
    chosen = selected(text, select) if select else None
    aside, position = Aside(tags, names), -1
    links: list[Link] = []
    references: list[Reference] = []
    with suppress(Enough):
        for position, element in enumerate(elements(aside.heard(balanced(text)))):
            inside = chosen is None or position in chosen
            if element.tag.name in LINKS:
                links += _links(element.tag, position, address, inside=inside)
            if inside:
                references += _references(element, position, address, want)
        if chosen is None:
            shows = any(reference.chosen for reference in references)
            mentioned = _mentioned(aside.mentions, position + 1, address)
            references += mentioned if shows else _best(list(mentioned))
    followed = () if aside.is_nofollow else tuple(links)
    text = fingerprint(aside.texts)
    licence = (aside.licence and canonical(aside.licence, address.base)) or ""
    return Page(address.base, followed, tuple(references), text, aside.optout, licence)


def _links(tag: Tag, position: int, address: Resolver, *, inside: bool) -> Iterator[Link]:
    href = tag.attributes.get("href")
    url = None if href is None else address(href)
    if url:
        yield Link(url, position, inside)


def _references(
    element: Element, position: int, address: Resolver, want: int
) -> Iterator[Reference]:
    """All that an element offers, the chosen one marked."""
    offer = offer_of(element, address, want)
    if not offer.attributes:
        return
    alt = normalize("NFC", " ".join(element.tag.attributes.get("alt", "")[:ALT].split()))
    address.take(len(alt) * len(offer.attributes))
    for url, attribute in offer.attributes.items():
        yield Reference(url, position, attribute, alt, url == offer.chosen)


def _mentioned(
    mentions: Iterable[tuple[str, str]], position: int, address: Resolver
) -> Iterator[Reference]:
    for kind, written in mentions:
        url = address(written) if written.strip() else None
        if url:
            yield Reference(url, position, kind, "", chosen=False)
            position += 1


def _best(mentioned: list[Reference]) -> Iterator[Reference]:
    """The references, those of the best kind chosen."""
    best = min((RANKS.index(each.attribute) for each in mentioned), default=0)
    return (replace(each, chosen=each.attribute == RANKS[best]) for each in mentioned)
