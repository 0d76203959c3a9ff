"""What one element offers of an image, in which sizes, and which of them is fetched."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from crawler.reading.css import backgrounds
from crawler.reading.elements import Element, has_background
from crawler.reading.lazy import is_set, revealed
from crawler.reading.resolve import Resolver
from crawler.reading.srcset import Candidate, choose, parse_srcset

# Of a source element: types that we decode, and screens that we do not have.
DECODED = {"jpeg", "jpg", "pjpeg", "png", "x-png", "apng", "gif", "webp", "bmp", "x-ms-bmp"}
OTHER_MEDIA = re.compile(r"max-(device-)?width|width\s*<|\bprint\b|scheme:\s*dark|portrait")


class Offer:
    """The addresses of an image with the attributes they stood in, and the one to fetch, if any."""

    def __init__(self) -> None:
        self.attributes: dict[str, str] = {}  # by URL
        self.chosen: str | None = None


def offer_of(element: Element, address: Resolver, want: int) -> Offer:
    """What an img offers, with the sources of its picture, or what lies behind another element.

    `want` is the width in pixels at which an image is large enough. A single address is chosen
    where no srcset has anything for our screen.
    """
    attributes = element.tag.attributes
    if element.tag.name != "img":
        return _behind(attributes, address)
    offer = Offer()
    ours: list[Candidate] = []
    others: list[Candidate] = []  # for screens that we do not have
    for source in _decoded(element):
        is_other = OTHER_MEDIA.search(source.get("media", ""))
        (others if is_other else ours).extend(_sizes(source, offer, address))
    ours += _sizes(attributes, offer, address)
    single = _single(attributes, offer, address)
    best = choose(ours, want) or (Candidate(single) if single else choose(others, want))
    offer.chosen = best.url if best else None
    return offer


def _behind(attributes: Mapping[str, str], address: Resolver) -> Offer:
    """The background of an element."""
    offer = Offer()
    if has_background(attributes):
        urls = filter(None, map(address, backgrounds(attributes["style"])))
        offer.attributes = dict.fromkeys(urls, "style")
        offer.chosen = next(iter(offer.attributes), None)
    return offer


def _decoded(element: Element) -> Iterator[Mapping[str, str]]:
    """The attributes of those sources whose type we decode, as far as they say it."""
    for attributes in (source.attributes for source in element.sources):
        kind = attributes.get("type", "").partition(";")[0].strip().lower()
        if not kind or kind.removeprefix("image/") in DECODED:
            yield attributes


def _sizes(attributes: Mapping[str, str], offer: Offer, address: Resolver) -> Iterator[Candidate]:
    """What the srcset of an element offers, with canonical URLs."""
    hidden = revealed(attributes)
    for name in filter(is_set, hidden or attributes):
        for candidate in parse_srcset(attributes[name]):
            url = address(candidate.url)
            if url:
                offer.attributes.setdefault(url, name)
                yield replace(candidate, url=url)


def _single(attributes: Mapping[str, str], offer: Offer, address: Resolver) -> str | None:
    """The one address of an img: a hidden one, else `src`, unless that only holds the place."""
    hidden = revealed(attributes)
    for name in [*(name for name in hidden if not is_set(name)), "src"]:
        if name == "src" and hidden and offer.attributes:
            return None
        written = attributes.get(name, "")
        url = address(written) if written.strip() else None
        if url:
            offer.attributes.setdefault(url, name)
            return url
    return None
