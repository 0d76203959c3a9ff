"""The srcset attribute: what it offers (HTML Standard, 4.8.4.3.10), and what we take of it."""

import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

SKIPPED = re.compile(r"[\t\n\f\r ,]*+")
URL = re.compile(r"[^\t\n\f\r ]++")
SPACE = re.compile(r"[\t\n\f\r ]*+")
DESCRIPTOR = re.compile(r"(?:\([^)]*+\)?+|[^\t\n\f\r ,(])++")  # commas in parentheses do not part

INTEGER = re.compile(r"[0-9]+")
FLOAT = re.compile(r"-?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")


@dataclass(frozen=True, slots=True)
class Candidate:
    """One image that a srcset offers."""

    url: str  # as written
    width: float = 0  # pixels; 0 where it is not said
    density: float = 1  # image pixels to a pixel of the page, where no width is said


def parse_srcset(text: str) -> Iterator[Candidate]:
    """The candidates in their order; what the standard calls an error is passed over."""
    at = SKIPPED.match(text).end()  # type: ignore[union-attr]  # it matches anything
    while url := URL.match(text, at):
        at = url.end()
        descriptors: list[str] = []
        if not url[0].endswith(","):
            at = _collect(text, at, descriptors)
        candidate = _candidate(url[0].rstrip(","), descriptors)
        if candidate:
            yield candidate
        at = SKIPPED.match(text, at).end()  # type: ignore[union-attr]  # as above


def choose(candidates: Iterable[Candidate], want: int) -> Candidate | None:
    """The one to fetch: the smallest that is at least `want` pixels wide, else the largest.

    Where no width is said it is the one of the highest density; of equals the first.
    """
    offered = list(candidates)
    wide = [candidate for candidate in offered if candidate.width >= want]
    if wide:
        return min(wide, key=lambda candidate: candidate.width)
    return max(offered, key=lambda candidate: (candidate.width, candidate.density), default=None)


def _collect(text: str, at: int, descriptors: list[str]) -> int:
    """Gather the descriptors that stand here; return the place after them."""
    at = SPACE.match(text, at).end()  # type: ignore[union-attr]  # it matches anything
    while descriptor := DESCRIPTOR.match(text, at):
        descriptors.append(descriptor[0])
        at = SPACE.match(text, descriptor.end()).end()  # type: ignore[union-attr]  # as above
    return at


def _candidate(url: str, descriptors: Iterable[str]) -> Candidate | None:
    """The candidate, or None where a descriptor is wrong or does not go with another."""
    values: dict[str, float] = {}
    for descriptor in descriptors:
        unit, value = descriptor[-1], _value(descriptor)
        if value is None or unit in values:
            return None
        values[unit] = value
    if "x" in values and len(values) > 1:
        return None
    if "h" in values and "w" not in values:
        return None
    return Candidate(url, values.get("w", 0), values.get("x", 1))


def _value(descriptor: str) -> float | None:
    """The number of a descriptor such as 800w, 600h or 1.5x; None where it is none."""
    unit, number = descriptor[-1], descriptor[:-1]
    if unit in {"w", "h"} and INTEGER.fullmatch(number):
        return float(number) or None
    if unit == "x" and FLOAT.fullmatch(number):
        density = float(number)
        return density if 0 <= density < math.inf else None
    return None
