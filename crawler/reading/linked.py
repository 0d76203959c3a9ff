"""Linked data (JSON-LD) as IIIF writes it, read so that nothing need be what it should be."""

import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import chain
from typing import Any, TypeGuard

LONGEST_ADDRESS = 2_048  # characters
MOST_TEXTS = 20  # of one value in one language
ENGLISH = re.compile(r"en(-.*)?", re.IGNORECASE)

Node = dict[str, Any]


def listed(value: Any) -> list[Any]:
    """The values of a property that may have one, several or none."""
    if isinstance(value, list):
        return value
    return [] if value is None else [value]


def nodes(value: Any) -> list[Node]:
    """Those of the values of a property that are nodes."""
    return [each for each in listed(value) if isinstance(each, dict)]


def is_text(value: Any) -> TypeGuard[str]:
    return isinstance(value, str)


def kind(node: Node) -> str:
    """The type of a node without its prefix: of `sc:Manifest` it is Manifest; "" where none."""
    kinds = filter(is_text, listed(node.get("type", node.get("@type"))))
    return re.split(r"[:/#]", next(kinds, ""))[-1]


def written(value: Any) -> str:
    """The address that a node has, or that stands in its place, as written; "" where none."""
    if isinstance(value, dict):
        value = value.get("id", value.get("@id"))
    if isinstance(value, str) and len(value) <= LONGEST_ADDRESS and value.isprintable():
        return value.strip()
    return ""


def address(value: Any) -> str:
    """As `written`, where it is an address of the web."""
    url = written(value)
    return url if url.lower().startswith(("http://", "https://")) else ""


def told(value: Any) -> str:
    """What a value says in one language: English if there, else none, else the first."""
    texts: defaultdict[str, list[str]] = defaultdict(list)  # by language
    for language, text in chain.from_iterable(map(_told_in, listed(value))):
        if is_text(language) and is_text(text) and text.strip():
            texts[language].append(text)
    english = (each for each in texts if ENGLISH.fullmatch(each))
    chosen = next(english, "none" if "none" in texts else next(iter(texts), "none"))
    # What is half a character in JSON cannot be written to a file.
    return "; ".join(texts[chosen][:MOST_TEXTS]).encode("utf-8", "replace").decode()


def _told_in(value: Any) -> Iterator[tuple[Any, Any]]:
    """Texts with their languages: of version 2 (`@value`) and of version 3 (a map)."""
    if not isinstance(value, dict):
        yield "none", value
    elif "@value" in value:
        yield value.get("@language", "none"), value["@value"]
    else:
        for language, texts in value.items():
            yield from ((language.removeprefix("@"), text) for text in listed(texts))
