"""Structured data (JSON-LD, schema.org): the images that a page names for machines."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from crawler.reading.beside import Beside
from crawler.reading.line import one_line

PICTURES = {"ImageObject", "Photograph"}
FURNITURE = {"logo", "publisher", "author", "creator", "brand"}  # whose images are not the page's
SHOWN = {"image", "photo", "primaryImageOfPage", "associatedMedia"}


class Picture(NamedTuple):
    """An image with its address as written, and what is said of it; its licence as written."""

    url: str
    beside: Beside = Beside()


def pictures(text: str) -> Iterator[Picture]:
    """The images, in the order of the text; none where it is no JSON.

    Of an ImageObject the address is `contentUrl`, else `url`; of anything else what its `image`
    says.
    """
    try:
        agenda: list[tuple[Any, bool]] = [(json.loads(text), False)]
    except (ValueError, RecursionError):
        return
    while agenda:
        value, is_image = agenda.pop()
        if isinstance(value, str) and is_image:
            yield Picture(value)
        elif isinstance(value, list):
            agenda += [(each, is_image) for each in reversed(value)]
        elif isinstance(value, dict) and (is_image or _is_picture(value)):
            url = value.get("contentUrl") or value.get("url")
            if isinstance(url, str):
                yield Picture(url, _said(value))
        elif isinstance(value, dict):
            within = [(each, key in SHOWN) for key, each in value.items() if key not in FURNITURE]
            agenda += reversed(within)


def _is_picture(value: Mapping[str, Any]) -> bool:
    kinds = value.get("@type")
    names = kinds if isinstance(kinds, list) else [kinds]
    return any(isinstance(name, str) and name in PICTURES for name in names)


def _said(value: Mapping[str, Any]) -> Beside:
    """What an ImageObject says of itself, as Google asks for it of those who licence images."""
    return Beside(
        caption=_text(value.get("caption")),
        licence=_text(value.get("license")) or _text(value.get("acquireLicensePage")),
        creator=_text(value.get("creator")) or _text(value.get("author")),
        credit=_text(value.get("creditText")) or _text(value.get("copyrightNotice")),
    )


def _text(value: Any) -> str:
    """A text, or the name or address of a thing; of several the first."""
    for _ in range(4):  # a list of a thing whose name is a list: no deeper
        if isinstance(value, list) and value:
            value = value[0]
        elif isinstance(value, dict):
            value = value.get("name") or value.get("url") or value.get("@id")
    return one_line(value) if isinstance(value, str) else ""
