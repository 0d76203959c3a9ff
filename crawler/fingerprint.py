"""The fingerprint of a page: what tells copies of one text from pages that say something else."""

import re
from collections.abc import Iterable

from crawler.files import canonical_json, sha256

TEXT = re.compile(r">([^<]++)")  # what stands between tags
DIGITS = re.compile(r"\d++")
LENGTH = 16  # hexadecimal digits: 64 bits, so that a crawl meets no two texts by accident


def fingerprint(markup: str) -> str:
    """The text of a page in the plain markup of `markup.plain`, digits and white space aside.

    A calendar counts on, a counter counts up: for their numbers they are no other text.
    """
    letters = "".join("".join(TEXT.findall(">" + markup)).split())
    return sha256(DIGITS.sub("", letters).encode("utf-8", "replace"))[:LENGTH]


def likeness(text: str, images: Iterable[str]) -> str:
    """What is equal for pages of one text that show the same images; "" for a text not known."""
    return sha256(canonical_json([text, sorted(set(images))]).encode())[:LENGTH] if text else ""
