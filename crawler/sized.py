"""Sizes of images that a host does not give: it answers 429 to whoever asks for one of them.

Some hosts make thumbnails in a few sizes only (Wikimedia: steps of a list) and answer all others
with 429 and no Retry-After, which is no plea for patience: whoever comes back is refused again.
"""

import re
from collections import defaultdict

from crawler.ledger import Ledger
from crawler.url import host

NOT_GIVEN = "the host gives no images of this size (it answers 429 to all of them)"
ENOUGH = 3  # addresses of one size that were refused, and none that was not

# How addresses ask for a size: 512px-a.jpg, a-512x384.jpg, a.jpg?w=512, /w_512/, /full/512,/
SIZE = re.compile(
    r"(?<![0-9a-z])(?:full/!?[0-9]{2,4},"  # of IIIF, whether a height follows or not
    r"|(?:[0-9]{2,4}px|[0-9]{2,4}x[0-9]{2,4}|(?:w|h|width|height|size)[=_][0-9]{2,4})(?![0-9]))",
    re.IGNORECASE,
)


class RefusedSizes:
    """What hosts answered to the addresses that ask for a size, in this generation."""

    def __init__(self, ledger: Ledger) -> None:
        self._refused: defaultdict[str, set[str]] = defaultdict(set)  # addresses, by size
        self._given: set[str] = set()
        for url, status, retry_after in _answers(ledger):
            self.note(url, status, retry_after)

    def note(self, url: str, status: int, retry_after: float | None) -> None:
        """An image has its answer, after all its tries."""
        size = size_of(url)
        if not size or size in self._given:
            return
        if status == 429 and retry_after is None:
            self._refused[size].add(url)
        elif status in {200, 203, 304}:
            self._given.add(size)
            self._refused.pop(size, None)

    def refuses(self, url: str) -> bool:
        """Whether the host is known not to give images of the size that this address asks for."""
        return bool(self._refused) and len(self._refused.get(size_of(url), ())) >= ENOUGH


def size_of(url: str) -> str:
    """The host and the size that an address asks it for, as written; "" where it asks for none."""
    size = " ".join(match[0] for match in SIZE.finditer(url))
    return f"{host(url)} {size}" if size else ""


def _answers(ledger: Ledger) -> list[tuple[str, int, float | None]]:
    """URL, status and Retry-After of the images of this generation, where any was refused."""
    this = "answers.kind = 'image' AND answers.generation = ?"
    refused = f"SELECT 1 FROM answers WHERE {this} AND status = 429 LIMIT 1"  # noqa: S608  # our own
    if ledger.database.execute(refused, (ledger.generation,)).fetchone() is None:
        return []
    query = f"""SELECT answers.url, answers.status, requests.retry_after FROM answers
                JOIN requests ON requests.url = answers.url AND requests.ended = answers.at
                WHERE {this} ORDER BY answers.at"""  # noqa: S608  # as above
    return ledger.database.execute(query, (ledger.generation,)).fetchall()
