"""The label of an image: its source's, or what a pattern finds in its addresses and its text."""

import re
from collections import defaultdict
from collections.abc import Iterable
from unicodedata import normalize
from urllib.parse import unquote

from crawler.config import Source


def label_of(source: Source, *, page_url: str, image_url: str, alt: str) -> str:
    """The label of one reference, in NFC; "" where nothing gives one.

    `label_pattern` is searched in the page's address, else in the image's, else in the alt text.
    Addresses are percent-decoded first. White space is made one space, and so is `|`, which parts
    labels in the manifest.
    """
    if not source.label_pattern:
        return tidy(source.label)
    pattern = re.compile(normalize("NFC", source.label_pattern))  # `re` keeps it compiled
    for text in unquote(page_url), unquote(image_url), alt:
        match = pattern.search(normalize("NFC", text))
        label = tidy(match["label"] or "") if match else ""
        if label:
            return label
    return ""


def alike(labels: Iterable[str]) -> list[list[str]]:
    """Labels that are most likely meant to be one: equal under NFKC and in small letters."""
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for label in sorted(set(labels)):
        groups[normalize("NFKC", label).casefold()].append(label)
    return [group for group in groups.values() if len(group) > 1]


def tidy(label: str) -> str:
    """A label as it stands in tables: NFC, no `|`, and single spaces between words."""
    return " ".join(normalize("NFC", label).replace("|", " ").split())
