"""The elements of a page that offer something to crawl: links, and images with their sources."""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from crawler.markup import VOID, Tag, tokens

LINKS = frozenset({"a", "area"})
NAMES = LINKS | {"img"}
BASE = re.compile("<base", re.IGNORECASE)


class Element(NamedTuple):
    """A link or an image. Its position is its number among all of these in the page."""

    tag: Tag
    sources: list[Tag]  # of an img: those that stand before it in its picture


def elements(page: Iterable[Tag | str]) -> Iterator[Element]:
    """The elements of balanced markup, in their order."""
    pictures: list[list[Tag] | None] = [None]  # the sources so far of each open element, if any
    for token in page:
        if isinstance(token, str):
            continue
        if token.ends:
            pictures.pop()
            continue
        sources = pictures[-1]
        if token.name in NAMES:
            yield Element(token, sources or [])
        if sources is not None and token.name == "source":
            sources.append(token)
        elif sources and token.name == "img":
            pictures[-1] = []
        if token.name not in VOID:
            pictures.append([] if token.name == "picture" else None)


def first_base(page: str) -> str:
    """What the first base element with an href says; "" where there is none."""
    if not BASE.search(page):  # as in most pages, which then need not be cut into tags for it
        return ""
    tags = (token for token in tokens(page) if isinstance(token, Tag) and not token.ends)
    bases = (tag for tag in tags if tag.name == "base")
    return next((base["href"] for base in (tag.attributes for tag in bases) if "href" in base), "")
