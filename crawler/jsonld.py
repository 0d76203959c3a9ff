"""Structured data (JSON-LD, schema.org): the images that a page names for machines."""

import json
from collections.abc import Iterator
from typing import Any

PICTURES = {"ImageObject", "Photograph"}
FURNITURE = {"logo", "publisher", "author", "creator", "brand"}  # whose images are not the page's
SHOWN = {"image", "photo", "primaryImageOfPage", "associatedMedia"}


def images(text: str) -> Iterator[str]:
    """The addresses of the images, as written, in the order of the text; none where it is no JSON.

    Of an ImageObject it is `contentUrl`, else `url`; of anything else what its `image` says.
    """
    try:
        agenda: list[tuple[Any, bool]] = [(json.loads(text), False)]
    except (ValueError, RecursionError):
        return
    while agenda:
        value, is_image = agenda.pop()
        if isinstance(value, str) and is_image:
            yield value
        elif isinstance(value, list):
            agenda += [(each, is_image) for each in reversed(value)]
        elif isinstance(value, dict) and (is_image or _is_picture(value)):
            url = value.get("contentUrl") or value.get("url")
            agenda += [(url, True)] if isinstance(url, str) else []
        elif isinstance(value, dict):
            within = [(each, key in SHOWN) for key, each in value.items() if key not in FURNITURE]
            agenda += reversed(within)


def _is_picture(value: dict[str, Any]) -> bool:
    kinds = value.get("@type")
    return not PICTURES.isdisjoint(map(str, kinds if isinstance(kinds, list) else [kinds]))
