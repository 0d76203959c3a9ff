"""Pages of HTML: what one refers to, what stands beside its images, and what it forbids."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace

from crawler.permission.optout import in_link
from crawler.reading.aside import Aside
from crawler.reading.beside import NOTHING, Beside, Surroundings
from crawler.reading.elements import LINKS, Element, elements, first_base
from crawler.reading.encoding import decode_page
from crawler.reading.fingerprint import fingerprint
from crawler.reading.line import one_line
from crawler.reading.markup import Tag, balanced
from crawler.reading.mention import RANKS, Mention
from crawler.reading.offer import offer_of
from crawler.reading.page import Link, Page, Reference
from crawler.reading.resolve import Enough, Resolver
from crawler.reading.selection import selected
from crawler.url import canonical, host, named_like_image

MOST_BESIDE = 4 << 20  # characters of what stands beside the images of a page; the rest is left out


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
    aside, surroundings = Aside(tags, names), Surroundings(address)
    found = _Found(address, want, selected(text, select) if select else None)
    with suppress(Enough):
        for element in elements(surroundings.heard(aside.heard(balanced(text)))):
            if found.take(element):
                surroundings.image(found.position)
        found.take_aside(aside)
    return Page(
        base=address.base,
        links=() if aside.is_nofollow else tuple(found.links),
        references=tuple(found.references),
        beside=_beside(found, surroundings.of_images()),
        text=fingerprint(aside.texts),
        optout=aside.optout or in_link(linked),
        is_script=aside.is_script,
        canonical=_canonical(aside.canonical, address.base, url),
    )


class _Found:
    """What is found on a page, element by element."""

    def __init__(self, address: Resolver, want: int, chosen: Collection[int] | None) -> None:
        """`chosen` are the positions whose images count; None for all."""
        self.links: list[Link] = []
        self.references: list[Reference] = []
        self.said: dict[str, Beside] = {}  # of images by their addresses
        self.position = -1  # of the element that was taken last
        self._address = address
        self._want = want
        self._chosen = chosen

    def take(self, element: Element) -> bool:
        """Take in an element; return whether it offers an image. Raises Enough."""
        self.position += 1
        inside = self._chosen is None or self.position in self._chosen
        offers = False
        if element.tag.name in LINKS:
            links = list(_links(element.tag, self.position, self._address, inside=inside))
            offers = any(named_like_image(link.url) for link in links)
            self.links += links
        if inside:
            shown = list(_references(element, self.position, self._address, self._want))
            offers |= bool(shown)
            self.references += shown
        return offers

    def take_aside(self, aside: Aside) -> None:
        """Take in what the page mentions without showing it. Raises Enough."""
        for manifest in filter(None, map(self._address, aside.manifests)):
            self.position += 1
            self.links.append(Link(manifest, self.position, inside=False))
        mentioned = list(_mentioned(aside.mentions, self.position + 1, self._address, self.said))
        if self._chosen is None:
            shows = any(reference.chosen for reference in self.references)
            self.references += mentioned if shows else _best(mentioned)


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
    alt = one_line(element.tag.attributes.get("alt", ""))
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


def _beside(found: _Found, near: Mapping[int, Beside]) -> dict[int, Beside]:
    """What stands beside each image; what is said of its address comes before what stands near."""
    beside: dict[int, Beside] = {}
    left = MOST_BESIDE
    shown: list[Link | Reference] = [*found.links, *found.references]
    for each in shown:
        known = beside.get(each.position) or near.get(each.position, NOTHING)
        said = found.said.get(each.url, NOTHING)
        both = Beside(*(first or second for first, second in zip(said, known, strict=True)))
        left -= sum(map(len, both))
        if left < 0:
            break
        if any(both):
            beside[each.position] = both
    return beside


def _canonical(written: str, base: str, url: str) -> str:
    """What rel=canonical says, if it is an address of the same host and not the page's own."""
    address = canonical(written, base) if written else None
    return address if address and address != url and host(address) == host(url) else ""
