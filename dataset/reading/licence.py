"""Licences as sites write them, and whether one is among those that are accepted."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from dataset.reading.inputs import Item

# Creative Commons: the address of a licence, or its name as people and exports write it.
ADDRESS = re.compile(r"creativecommons\.org/(?:licenses|publicdomain)/([a-z-]+)")
NAME = re.compile(r"\bcc-?(0|zero|by(?:-(?:nc|nd|sa))*)(?![a-z])")
BETWEEN = re.compile(r"[\W_]+")  # words: spaces, dashes of any length, brackets
SPELLED_OUT = {  # what keeps something back must not be overlooked
    "nc": re.compile(r"non-?commercial"),
    "nd": re.compile(r"no-?deriv(?:ative)?s?"),
    "sa": re.compile(r"share-?alike"),
}
SCHEME = re.compile(r"https?://(?:www\.)?")
SPOKEN = {"zero": "cc0", "0": "cc0", "mark": "pdm"}


def name_of(licence: str) -> str:
    """Such as cc-by-sa or cc0, whatever the version; another licence as it is written.

    In small letters; an address without its scheme.
    """
    text = licence.strip().lower()
    match = ADDRESS.search(text) or NAME.search(_dashed(text))
    if match is None:
        return _bare(licence)
    return SPOKEN.get(match[1], f"cc-{match[1]}")


def _dashed(text: str) -> str:
    """The text with one dash between words, and the short forms of those that we know."""
    text = BETWEEN.sub("-", text)
    for short, long in SPELLED_OUT.items():
        text = long.sub(short, text)
    return text


def _bare(licence: str) -> str:
    return SCHEME.sub("", licence.strip().lower())


def accepts(licence: str, accepted: Iterable[str]) -> bool:
    """Whether a licence is one of these, or its address begins with one of them."""
    address, name = _bare(licence), name_of(licence)
    return any(
        name == name_of(each) or ("/" in each and address.startswith(_bare(each)))
        for each in accepted
    )


def judged(items: Iterable[Item], accepted: Iterable[str]) -> Iterator[Item]:
    """The items; those whose licence is not accepted get that as their reason. None: all are."""
    licences = tuple(accepted)
    for item in items:
        if item.reason or not licences or accepts(item.licence, licences):
            yield item
        else:
            stated = f"{item.licence} is not accepted" if item.licence else "none is stated"
            yield replace(item, reason="licence", detail=stated)
