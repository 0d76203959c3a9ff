"""What to predict, one after the other: files, what lies in folders, and addresses.

Knows names, not images: whether a file is one is for its bytes to say.
"""

import os
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

Fetch = Callable[[str], bytes]  # an address -> the bytes of its answer

MAX_BYTES = 100_000_000  # of one file; more is no photo


class UnreadableError(Exception):
    """An input that cannot be read, in one sentence; it becomes the error of a row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """One thing to predict."""

    name: str  # as given; in a folder, the folder as given and the way from there
    read: Callable[[], bytes]  # raises UnreadableError
    found: bool  # in a folder: there, a file that is no image is passed over


def is_address(text: str) -> bool:
    """Whether an input is to be fetched: http://… or https://…"""
    return text.lower().startswith(("http://", "https://"))


def each_input(given: Iterable[str], fetch: Fetch) -> Iterator[Input]:
    """Every input in the order given; folders are walked in natural order, to any depth."""
    for name in given:
        if is_address(name):
            yield Input(name=name, read=partial(fetch, name), found=False)
        elif Path(name).is_dir():
            for path in files_below(name):
                yield Input(name=path, read=partial(read_file, path), found=True)
        else:
            yield Input(name=name, read=partial(read_file, name), found=False)


def files_below(folder: str) -> Iterator[str]:
    """The files of a folder, then those of its folders, each in natural order."""
    for parent, folders, files in os.walk(folder):
        folders.sort(key=natural)  # in place: os.walk goes on in this order
        yield from (os.path.join(parent, file) for file in sorted(files, key=natural))  # noqa: PTH118  # keeps the folder as given: ./a stays ./a


def natural(name: str) -> tuple[tuple[int, str, str], ...]:
    """A key that sorts as people do: 2.jpg before 10.jpg, a.jpg beside B.jpg."""
    parts = re.split(r"([0-9]+)", name)
    return tuple(
        (int(part), "", part) if number % 2 else (-1, part.casefold(), part)
        for number, part in enumerate(parts)
    )


def read_file(name: str) -> bytes:
    """The bytes of a file; raises UnreadableError."""
    path = Path(name)
    try:
        if path.exists() and not path.is_file():  # a pipe might never end
            raise UnreadableError("neither a file nor a folder")
        with path.open("rb") as file:
            body = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise UnreadableError(error.strerror or "cannot be read") from error
    if len(body) > MAX_BYTES:
        raise UnreadableError(f"larger than {MAX_BYTES // 1_000_000} MB")
    return body
