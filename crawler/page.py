"""What a page refers to: links to other pages, and images in the sizes it offers."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace

from crawler.aside import Aside
from crawler.beside import Beside, Surroundings, tidy
from crawler.elements import LINKS, Element, elements, first_base
from crawler.encoding import decode_page
from crawler.fingerprint import fingerprint
from crawler.markup import Tag, balanced
from crawler.mention import RANKS, Mention
from crawler.offer import offer_of
from crawler.optout import in_link
from crawler.resolve import Enough, Resolver
from crawler.selection import selected
from crawler.url import canonical, host, named_like_image


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
    is_bare: bool = False  # it shows nothing and says little, but runs scripts
    canonical: str = ""  # the address by which it is to be known, where that is another of its host


def parse_page(
    body: bytes,
    url: str,
    *,
    encoding: str = "",
    select: str = "",
    want: int = 512,
    tags: str = "",
    linked: str = "",
    names: Collection[str] = (),
) -> Page:
    """Read a page that was found at `url`; `encoding` is the charset of its HTTP header, if any.

    Only images in the parts that the CSS selector `select` matches are references; links count
    wherever they stand. `want` is the width in pixels at which an image is large enough. `tags` are
    the lines of X-Robots-Tag, `linked` is the header Link, `names` are those by which they may
    speak to us. Whatever the bytes, nothing is raised for them, and time and memory are bounded by
    their number.
    """
    text, codec = decode_page(body, encoding)
    address = Resolver(canonical(first_base(text), url) or url, codec)
    chosen = selected(text, select) if select else None
    aside, surroundings, position = Aside(tags, names), Surroundings(address), -1
    links: list[Link] = []
    references: list[Reference] = []
    said: dict[str, Beside] = {}  # of images by their addresses
    with suppress(Enough):
        heard = surroundings.heard(aside.heard(balanced(text)))
        for position, element in enumerate(elements(heard)):
            inside = chosen is None or position in chosen
            if element.tag.name in LINKS:
                new = list(_links(element.tag, position, address, inside=inside))
                links += new
                if any(named_like_image(link.url) for link in new):
                    surroundings.image(position)
            if inside and (offered := list(_references(element, position, address, want))):
                references += offered
                surroundings.image(position)
        links += (
            Link(manifest, position, inside=False)
            for position, manifest in enumerate(map(address, aside.manifests), position + 1)
            if manifest
        )
        mentioned = list(_mentioned(aside.mentions, position + 1, address, said))
        if chosen is None:
            shows = any(reference.chosen for reference in references)
            references += mentioned if shows else _best(mentioned)
    is_empty = not any(each.chosen for each in references) and not any(
        named_like_image(link.url) for link in links
    )
    return Page(
        base=address.base,
        links=() if aside.is_nofollow else tuple(links),
        references=tuple(references),
        beside=_beside(surroundings.of_images(), references, said),
        text=fingerprint(aside.texts),
        optout=aside.optout or in_link(linked),
        is_bare=is_empty and chosen is None and aside.is_script,
        canonical=_canonical(aside.canonical, address.base, url),
    )


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
    alt = tidy([element.tag.attributes.get("alt", "")])
    address.take(len(alt) * len(offer.attributes))
    for url, attribute in offer.attributes.items():
        yield Reference(url, position, attribute, alt, url == offer.chosen)


def _mentioned(
    mentions: Iterable[Mention], position: int, address: Resolver, said: dict[str, Beside]
) -> Iterator[Reference]:
    """What is mentioned, and into `said` what is said of it."""
    for mention in mentions:
        url = address(mention.url) if mention.url.strip() else None
        if url:
            yield Reference(url, position, mention.kind, "", chosen=False)
            position += 1
            if any(mention.beside):
                said.setdefault(url, _resolved(mention.beside, address))


def _resolved(beside: Beside, address: Resolver) -> Beside:
    """With the address of the licence resolved; a text of several words is none."""
    is_text = " " in beside.licence or not beside.licence
    return beside if is_text else beside._replace(licence=address(beside.licence) or "")


def _best(mentioned: list[Reference]) -> Iterator[Reference]:
    """The references, those of the best kind chosen."""
    best = min((RANKS.index(each.attribute) for each in mentioned), default=0)
    return (replace(each, chosen=each.attribute == RANKS[best]) for each in mentioned)


def _beside(
    found: Mapping[int, Beside], references: Iterable[Reference], said: Mapping[str, Beside]
) -> dict[int, Beside]:
    """What stands beside each image; what is said of its address comes before what stands near."""
    beside = dict(found)
    for reference in references if said else ():
        more = said.get(reference.url)
        if more:
            near = beside.get(reference.position, Beside())
            both = (first or second for first, second in zip(more, near, strict=True))
            beside[reference.position] = Beside(*both)
    return beside


def _canonical(written: str, base: str, url: str) -> str:
    """What rel=canonical says, if it is an address of the same host and not the page's own."""
    address = canonical(written, base) if written else None
    return address if address and address != url and host(address) == host(url) else ""
