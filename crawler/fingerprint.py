"""The fingerprint of a page: what tells copies of one text from pages that say something else."""

import re

from crawler.files import sha256

ASIDE = re.compile(r"<[^>]*+>|[\d\s]++")  # tags, digits and white space
LENGTH = 16  # hexadecimal digits: 64 bits, so that a crawl meets no two texts by accident


def fingerprint(markup: str) -> str:
    """The text of a page in the plain markup of `markup.plain`, digits and white space aside.

    A calendar counts on, a counter counts up: for their numbers they are no other text.
    """
    return sha256(ASIDE.sub("", markup).encode("utf-8", "replace"))[:LENGTH]
