"""Signals by which a site keeps its images from being learned from. Pure: header in, answer out."""

import re

REFUSALS = frozenset({"noai", "noimageai", "noml", "none"})
WITH_VALUE = ("max-snippet", "max-image-preview", "max-video-preview", "unavailable_after")


def refusal(x_robots_tag: str) -> str:
    """The directive of an X-Robots-Tag header that keeps us out, or "" where none does.

    The strictest reading wins: a name before a colon, which addresses one crawler, is passed over,
    so that what is said to one is taken as said to all. Directives with a value of their own
    (`max-image-preview: none`) are not taken for others.
    """
    for part in re.split(r"[,;]", x_robots_tag.lower()):
        if part.strip().startswith(WITH_VALUE):
            continue
        for word in re.split(r"[\s:]+", part):
            if word in REFUSALS:
                return word
    return ""
