"""Images that a page mentions beside those it shows: for machines, and in its style sheets."""

from collections.abc import Iterator

from crawler import jsonld
from crawler.css import backgrounds
from crawler.markup import Raw, Tag

OPEN_GRAPH = {"og:image", "og:image:url", "og:image:secure_url", "twitter:image"}
# How much a kind of mention is worth, the best first: of a page that shows nothing the best counts.
RANKS = ("json-ld", "style", "og:image", "image_src")


def mentions(token: Tag | Raw) -> Iterator[tuple[str, str]]:
    """The kind of each mention (one of RANKS) and the address as written."""
    if isinstance(token, Raw):
        yield from _in_text(token)
    elif token.name == "meta":
        attributes = token.attributes
        name = attributes.get("property", attributes.get("name", "")).strip().lower()
        if name in OPEN_GRAPH:
            yield "og:image", attributes.get("content", "")
    elif token.name == "link":
        attributes = token.attributes
        if "image_src" in attributes.get("rel", "").lower().split():
            yield "image_src", attributes.get("href", "")


def _in_text(raw: Raw) -> Iterator[tuple[str, str]]:
    if raw.tag.name == "style":
        yield from (("style", written) for written in backgrounds(raw.text))
    elif raw.tag.name == "script":
        kind = raw.tag.attributes.get("type", "").partition(";")[0].strip().lower()
        if kind == "application/ld+json":
            yield from (("json-ld", written) for written in jsonld.images(raw.text))
