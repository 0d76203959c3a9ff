"""The fingerprint of a page: what tells copies of one text from pages that say something else."""

import hashlib
import re
from collections.abc import Iterable

from crawler.files import canonical_json, sha256

DIGITS = re.compile(r"\d++")
LENGTH = 16  # hexadecimal digits: 64 bits, so that a crawl meets no two texts by accident


def fingerprint(texts: Iterable[str]) -> str:
    """What stands between the tags of a page, digits and white space aside.

    A calendar counts on, a counter counts up: for their numbers they are no other text.
    """
    digest = hashlib.sha256()
    for text in texts:
        digest.update(DIGITS.sub("", "".join(text.split())).encode("utf-8", "replace"))
    return digest.hexdigest()[:LENGTH]


def likeness(text: str, images: Iterable[str]) -> str:
    """What is equal for pages of one text that show the same images; "" for a text not known."""
    return sha256(canonical_json([text, sorted(set(images))]).encode())[:LENGTH] if text else ""
