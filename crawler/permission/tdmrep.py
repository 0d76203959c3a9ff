"""What a host reserves: its tdmrep.json (TDM Reservation Protocol, W3C group report of 2024)."""

import json
from collections.abc import Iterator
from itertools import groupby
from typing import Any, NamedTuple
from urllib.parse import quote

from crawler.permission.robots import PRINTABLE, matcher

WELL_KNOWN = ".well-known/tdmrep.json"  # below the root of the host
MOST_RULES = 1000  # a file with more is made to cost time, and is taken to reserve everything
SIGNAL = "tdmrep.json: tdm-reservation: 1"


class Rule(NamedTuple):
    """Whether addresses that match a pattern, as robots.txt has them, are reserved."""

    location: str
    is_reserved: bool


class Reservations:
    """What a tdmrep.json reserves. Of several rules that match the first counts.

    Any bytes will do: what is no such file reserves nothing.
    """

    def __init__(self, text: bytes) -> None:
        rules = list(_rules(text))
        if len(rules) > MOST_RULES:
            rules = [Rule("/", is_reserved=True)]
        self._runs = [  # rules in a row that say the same, for the paths that they match
            (is_reserved, matcher(rule.location for rule in run))
            for is_reserved, run in groupby(rules, key=lambda rule: rule.is_reserved)
        ]

    def signal(self, url: str) -> str:
        """The signal that reserves this canonical URL, or ""."""
        matching = (is_reserved for is_reserved, matches in self._runs if matches(url))
        return SIGNAL if next(matching, False) else ""


def _rules(text: bytes) -> Iterator[Rule]:
    for entry in _entries(text):
        location = _pattern(entry.get("location")) if isinstance(entry, dict) else ""
        reservation = str(entry.get("tdm-reservation")) if location else ""
        if reservation in {"0", "1"}:
            yield Rule(location, reservation == "1")


def _pattern(location: object) -> str:
    """As robots.txt has it: from the root on, in one word of ASCII; "" where there is none.

    JSON can hold half of a surrogate pair, for which UTF-8 has no bytes; it matches nothing.
    """
    word = "".join(location.split()) if isinstance(location, str) else ""
    path = quote(word, safe=PRINTABLE, errors="surrogatepass")
    return path if path.startswith(("/", "*")) or not path else f"/{path}"


def _entries(text: bytes) -> list[Any]:
    """A list, as the report asks for, or the one object that sites write instead."""
    try:
        entries = json.loads(text)
    except (ValueError, RecursionError):
        return []
    return entries if isinstance(entries, list) else [entries]
