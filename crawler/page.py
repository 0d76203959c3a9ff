"""What a page refers to: links to other pages, and images in the sizes it offers."""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from unicodedata import normalize
from urllib.parse import quote

from crawler.elements import LINKS, Element, elements, first_base
from crawler.encoding import decode_page
from crawler.fingerprint import fingerprint
from crawler.markup import Tag, balanced
from crawler.selection import selected
from crawler.srcset import Candidate, choose, parse_srcset
from crawler.url import canonical

MOST = 16 << 20  # characters of all addresses of a page, each with its base; the rest is left out
EACH = 160  # characters that an address counts for beside its own
ALT = 1000  # characters of an alternative text; normalising takes the square of their number

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
    the bytes, nothing is raised for them, and time and memory are bounded by their number.
    """
    text, codec = decode_page(body, encoding)
    address = _Address(canonical(first_base(text), url) or url, codec)
    chosen = selected(text, select) if select else None
    texts: list[str] = []
    links: list[Link] = []
    references: list[Reference] = []
    with suppress(_Enough):
        for position, element in enumerate(elements(_heard(balanced(text), texts))):
            inside = chosen is None or position in chosen
            if element.tag.name in LINKS:
                links += _links(element.tag, position, address, inside=inside)
            elif inside:
                references += _references(element, position, address, want)
    return Page(address.base, tuple(links), tuple(references), fingerprint(texts))


def _heard(page: Iterable[Tag | str], texts: list[str]) -> Iterator[Tag | str]:
    """The page as it comes, its texts noted in passing."""
    for token in page:
        if isinstance(token, str):
            texts.append(token)
        yield token


class _Enough(Exception):  # what follows is left out
    """A page has brought as many addresses as are taken of one."""


@dataclass(slots=True)
class _Address:
    """Resolves what stands in an attribute against the base of its page. Raises _Enough."""

    base: str
    codec: str  # of the page: queries are sent in it (URL Standard, query state)
    left: int = MOST

    def __call__(self, written: str) -> str | None:
        self.take(EACH + len(self.base) + len(written))
        path, mark, query = written.partition("?")
        if mark and self.codec != "utf-8" and not query.isascii():
            query = NOT_ASCII.sub(self._as_bytes, query)
        return canonical(path + mark + query, self.base)

    def take(self, characters: int) -> None:
        """Count what the page brings."""
        self.left -= characters
        if self.left < 0:
            raise _Enough

    def _as_bytes(self, match: re.Match[str]) -> str:
        codec = "utf-8" if self.codec.startswith("utf-16") else self.codec
        return quote(match[0].encode(codec, "xmlcharrefreplace"), safe="")


def _links(tag: Tag, position: int, address: _Address, *, inside: bool) -> Iterator[Link]:
    href = tag.attributes.get("href")
    url = None if href is None else address(href)
    if url:
        yield Link(url, position, inside)


def _references(
    element: Element, position: int, address: _Address, want: int
) -> Iterator[Reference]:
    """All that an img element and the sources of its picture offer, the chosen one marked.

    A bare src is chosen where no srcset has anything for our screen.
    """
    image = element.tag.attributes
    ours: list[Candidate] = []
    others: list[Candidate] = []  # for screens that we do not have
    for source in _decoded(element.sources):
        is_other = OTHER_MEDIA.search(source.get("media", ""))
        (others if is_other else ours).extend(_offered(source, address))
    ours += _offered(image, address)
    src = image.get("src", "")
    bare = address(src) if src.strip() else None
    best = choose(ours, want) or (Candidate(bare) if bare else choose(others, want))
    attributes = {candidate.url: "srcset" for candidate in (*ours, *others)}
    if bare:
        attributes.setdefault(bare, "src")
    alt = normalize("NFC", " ".join(image.get("alt", "")[:ALT].split()))
    address.take(len(alt) * len(attributes))
    for url, attribute in attributes.items():
        yield Reference(url, position, attribute, alt, best is not None and url == best.url)


def _decoded(sources: Iterable[Tag]) -> Iterator[Mapping[str, str]]:
    """The attributes of those sources whose type we decode, as far as they say it."""
    for attributes in (source.attributes for source in sources):
        kind = attributes.get("type", "").partition(";")[0].strip().lower()
        if not kind or kind.removeprefix("image/") in DECODED:
            yield attributes


def _offered(attributes: Mapping[str, str], address: _Address) -> Iterator[Candidate]:
    """What a srcset offers, with canonical URLs."""
    for candidate in parse_srcset(attributes.get("srcset", "")):
        url = address(candidate.url)
        if url:
            yield replace(candidate, url=url)
