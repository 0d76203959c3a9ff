"""The addresses of a page: resolved against its base, in its encoding, and not without end."""

import re
from dataclasses import dataclass
from urllib.parse import quote

from crawler.reading.codec import encode
from crawler.url import canonical

MOST = 16 << 20  # characters of all addresses of a page, each with its base; the rest is left out
EACH = 160  # characters that an address counts for beside its own
NOT_ASCII = re.compile(r"[^\x00-\x7f]+")
# What is sent as it is, as browsers do, though it is the second byte of a character. In ISO-2022-JP
# they do so with & and + too, which then are read as what they are elsewhere.
KEPT = "@[\\]^_`{|}~"


class Enough(Exception):  # what follows is left out
    """A page has brought as many addresses as are taken of one."""


@dataclass(slots=True)
class Resolver:
    """Resolves what stands in an attribute. Raises Enough."""

    base: str
    codec: str  # of the page: queries are sent in it, unless it is UTF-16 (URL Standard)
    left: int = MOST

    def __call__(self, written: str) -> str | None:
        """The canonical URL, or None where it cannot be fetched."""
        self.take(EACH + len(self.base) + len(written))
        path, mark, query = written.partition("?")
        if mark and not self.codec.startswith("utf-") and not query.isascii():
            query = NOT_ASCII.sub(self._as_bytes, query)
        return canonical(path + mark + query, self.base)

    def take(self, characters: int) -> None:
        """Count what the page brings."""
        self.left -= characters
        if self.left < 0:
            raise Enough

    def _as_bytes(self, match: re.Match[str]) -> str:
        return quote(encode(match[0], self.codec), safe=KEPT)
