"""A way to do a job: how it goes about it, and one pass of it that can be measured."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One pass yields what it makes, batch by batch."""

    how: str  # in a few words
    images: int  # of a pass
    once: Callable[[], Iterable[Any]]
    antialias: str = ""  # yes or no, where images are made smaller
