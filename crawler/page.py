"""What a page refers to: links to other pages, and images in the sizes it offers."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from io import StringIO
from itertools import takewhile
from unicodedata import normalize
from urllib.parse import quote

from bs4 import BeautifulSoup, SoupStrainer, Tag

from crawler.encoding import decode_page
from crawler.fingerprint import fingerprint
from crawler.markup import plain
from crawler.srcset import Candidate, choose, parse_srcset
from crawler.url import canonical

LINKS = ["a", "area"]
ELEMENTS = [*LINKS, "img"]  # that have a position
READ = SoupStrainer([*ELEMENTS, "base", "picture", "source"])

# Of a source element: types that we decode, and screens that we do not have.
DECODED = {"jpeg", "jpg", "pjpeg", "png", "x-png", "apng", "gif", "webp", "bmp", "x-ms-bmp"}
OTHER_MEDIA = re.compile(r"max-(device-)?width|width\s*<|\bprint\b|scheme:\s*dark|portrait")

NOT_ASCII = re.compile(r"[^\x00-\x7f]+")


@dataclass(frozen=True, slots=True)
class Link:
    """A link to what may be a page or an image."""

    url: str
    position: int  # of the element in the page, counted with the images
    inside: bool = True  # the part of the page whose images count


@dataclass(frozen=True, slots=True)
class Reference:
    """An image that an element offers. One of those that share a position is chosen."""

    url: str
    position: int  # of the img element in the page, counted with the links
    attribute: str  # where the URL stood: src or srcset
    alt: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Page:
    """What a page refers to, in its order. All URLs are canonical."""

    base: str  # the URL that relative ones were resolved against
    links: tuple[Link, ...]
    references: tuple[Reference, ...]
    text: str = ""  # its fingerprint


def parse_page(
    body: bytes, url: str, *, encoding: str = "", select: str = "", want: int = 512
) -> Page:
    """Read a page that was found at `url`; `encoding` is the charset of its HTTP header, if any.

    Only images in the parts that the CSS selector `select` matches are references; links count
    wherever they stand. `want` is the width in pixels at which an image is large enough. Whatever
    the bytes, nothing is raised for them, and the time is bounded by their number.
    """
    text, codec = decode_page(body, encoding)
    markup = plain(text)
    soup = BeautifulSoup(
        StringIO(markup),  # a file, since a short text may be taken for the name of one
        "html.parser",
        multi_valued_attributes=None,
        store_line_numbers=False,
        parse_only=None if select else READ,
    )
    address = _Address(_base(soup, url), codec)
    selected = _selected(soup, select)
    links: list[Link] = []
    references: list[Reference] = []
    for position, element in enumerate(soup.find_all(ELEMENTS)):
        inside = selected is None or id(element) in selected
        if element.name in LINKS:
            links += _links(element, position, address, inside=inside)
        elif inside:
            references += _references(element, position, address, want)
    return Page(address.base, tuple(links), tuple(references), fingerprint(markup))


@dataclass(frozen=True, slots=True)
class _Address:
    """Resolves what stands in an attribute against the base of its page."""

    base: str
    codec: str  # of the page: queries are sent in it (URL Standard, query state)

    def __call__(self, written: str) -> str | None:
        path, mark, query = written.partition("?")
        if mark and self.codec != "utf-8" and not query.isascii():
            query = NOT_ASCII.sub(self._as_bytes, query)
        return canonical(path + mark + query, self.base)

    def _as_bytes(self, match: re.Match[str]) -> str:
        codec = "utf-8" if self.codec.startswith("utf-16") else self.codec
        return quote(match[0].encode(codec, "xmlcharrefreplace"), safe="")


def _base(soup: BeautifulSoup, url: str) -> str:
    """What the first base element with an href says, else the page's own address."""
    element = soup.find("base", href=True)
    written = _text(element, "href") if isinstance(element, Tag) else ""
    return canonical(written, url) or url


def _selected(soup: BeautifulSoup, select: str) -> set[int] | None:
    """The identities of all elements in the selected parts; None where every part counts."""
    if not select:
        return None
    inside = {id(part) for part in soup.select(select)}
    for element in soup.find_all():  # parents come before their children
        if id(element.parent) in inside:
            inside.add(id(element))
    return inside


def _links(element: Tag, position: int, address: _Address, *, inside: bool) -> Iterator[Link]:
    url = address(str(element["href"])) if element.has_attr("href") else None
    if url:
        yield Link(url, position, inside)


def _references(image: Tag, position: int, address: _Address, want: int) -> Iterator[Reference]:
    """All that an img element and the sources of its picture offer, the chosen one marked.

    A bare src is chosen where no srcset has anything for our screen.
    """
    sources = list(_sources(image))
    ours = [source for source in sources if not OTHER_MEDIA.search(_text(source, "media"))]
    offered = list(_offered([*ours, image], address))
    bare = address(_text(image, "src")) if _text(image, "src").strip() else None
    others = list(_offered(sources, address))
    best = choose(offered, want) or (Candidate(bare) if bare else choose(others, want))
    attributes = {candidate.url: "srcset" for candidate in (*offered, *others)}
    if bare:
        attributes.setdefault(bare, "src")
    alt = normalize("NFC", " ".join(_text(image, "alt").split()))
    for url, attribute in attributes.items():
        yield Reference(url, position, attribute, alt, best is not None and url == best.url)


def _sources(image: Tag) -> Iterator[Tag]:
    """The sources that stand before an img in its picture, of a type that we decode."""
    if image.parent is None or image.parent.name != "picture":
        return
    siblings = (element for element in image.previous_siblings if isinstance(element, Tag))
    before = list(takewhile(lambda element: element.name != "img", siblings))
    for element in reversed(before):
        if element.name == "source":
            kind = _text(element, "type").partition(";")[0].strip().lower()
            if not kind or kind.removeprefix("image/") in DECODED:
                yield element


def _offered(elements: Iterable[Tag], address: _Address) -> Iterator[Candidate]:
    """What their srcset attributes offer, with canonical URLs."""
    for element in elements:
        for candidate in parse_srcset(_text(element, "srcset")):
            url = address(candidate.url)
            if url:
                yield replace(candidate, url=url)


def _text(element: Tag, attribute: str) -> str:
    return str(element.get(attribute) or "")
