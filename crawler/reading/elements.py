"""The elements of a page that offer something to crawl: links, images, and backgrounds in CSS."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from crawler.reading.markup import VOID, Tag, Token, tokens

LINKS = frozenset({"a", "area"})
NAMES = LINKS | {"img"}
BASE = re.compile("<base", re.IGNORECASE)
STYLED = re.compile(r"style[\t\n\f\r ]*+=", re.IGNORECASE)


class Element(NamedTuple):
    """A link, an image or a background. Its position is its number among all of these."""

    tag: Tag
    sources: list[Tag]  # of an img: those that stand before it in its picture


def elements(page: Iterable[Token]) -> Iterator[Element]:
    """The elements of balanced markup, in their order."""
    pictures: list[list[Tag] | None] = [None]  # the sources so far of each open element, if any
    for token in page:
        if not isinstance(token, Tag):
            continue
        if token.ends:
            pictures.pop()
            continue
        sources = pictures[-1]
        if _offers(token):
            yield Element(token, sources or [])
        if sources is not None and token.name == "source":
            sources.append(token)
        elif sources and token.name == "img":
            pictures[-1] = []
        if token.name not in VOID:
            pictures.append([] if token.name == "picture" else None)


def has_background(attributes: Mapping[str, str]) -> bool:
    """Whether the style of an element shows an image behind it."""
    return "url(" in attributes.get("style", "").lower()


def _offers(tag: Tag) -> bool:
    is_styled = STYLED.search(tag.inside) is not None  # seldom, and reading attributes takes time
    return tag.name in NAMES or (is_styled and has_background(tag.attributes))


def first_base(page: str) -> str:
    """What the first base element with an href says; "" where there is none."""
    if not BASE.search(page):  # as in most pages, which then need not be cut into tags for it
        return ""
    tags = (token for token in tokens(page) if isinstance(token, Tag) and not token.ends)
    bases = (tag for tag in tags if tag.name == "base")
    return next((base["href"] for base in (tag.attributes for tag in bases) if "href" in base), "")
