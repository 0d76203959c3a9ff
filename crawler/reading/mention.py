"""Images that a page mentions beside those it shows: for machines, and in its style sheets."""

from collections.abc import Iterator
from typing import NamedTuple

from crawler.reading.beside import Beside
from crawler.reading.css import backgrounds
from crawler.reading.jsonld import pictures
from crawler.reading.markup import Raw, Tag

OPEN_GRAPH = {"og:image", "og:image:url", "og:image:secure_url", "twitter:image"}
# How much a kind of mention is worth, the best first: of a page that shows nothing the best counts.
RANKS = ("json-ld", "style", "og:image", "image_src")


class Mention(NamedTuple):
    """An image that is mentioned, and what is said of it."""

    kind: str  # one of RANKS
    url: str  # as written
    beside: Beside = Beside()


def mentions(token: Tag | Raw) -> Iterator[Mention]:
    """The images that a tag, a script or a style mentions."""
    if isinstance(token, Raw):
        yield from _in_text(token)
    elif token.name == "meta":
        attributes = token.attributes
        name = attributes.get("property", attributes.get("name", "")).strip().lower()
        if name in OPEN_GRAPH:
            yield Mention("og:image", attributes.get("content", ""))
    elif token.name == "link":
        attributes = token.attributes
        if "image_src" in attributes.get("rel", "").lower().split():
            yield Mention("image_src", attributes.get("href", ""))


def _in_text(raw: Raw) -> Iterator[Mention]:
    if raw.tag.name == "style":
        yield from (Mention("style", url) for url in backgrounds(raw.text))
    elif raw.tag.name == "script":
        kind = raw.tag.attributes.get("type", "").partition(";")[0].strip().lower()
        if kind == "application/ld+json":
            yield from (Mention("json-ld", *picture) for picture in pictures(raw.text))
