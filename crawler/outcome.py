"""What can become of an address: the words of the manifest's `error` column, and their statuses."""

from dataclasses import dataclass

from crawler.manifest import Status

DENIED = ("robots", "optout", "private-address")
REJECTED = ("not-an-image", "truncated", "bomb", "too-large", "too-small")
FAILED = ("dns", "tls", "connect", "timeout", "http", "redirect")

CAUSES = (str(Status.FAILED), *FAILED)  # to ask something again for: any, or one of them

STATUS_OF = (
    {"": Status.OK}
    | dict.fromkeys(DENIED, Status.DENIED)
    | dict.fromkeys(REJECTED, Status.REJECTED)
    | dict.fromkeys(FAILED, Status.FAILED)
)

KEPT = "the site keeps its images from being learned from ({})"  # the sentence of an opt-out
FORGOTTEN = "it was forgotten, as somebody wished"

MOST_HOPS = 5  # redirects in a row, as RFC 9309 has it for robots.txt

NOT_A_PAGE = "not-a-page"  # the one word that never stands in a manifest


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The answer of an address, asked for as a page or as an image, in one generation."""

    kind: str  # page or image
    url: str
    at: int | None = None  # microseconds UTC; None where nothing was sent
    status: int = 0  # of HTTP
    word: str = ""  # what is wrong; empty for nothing
    sentence: str = ""
    location: str = ""  # where it redirects to
    etag: str = ""
    last_modified: str = ""
    optout: str = ""  # the signal that denied it, and where it was found
    sha256: str = ""  # of an image
    reading: int | None = None  # of a page: the number of what was read in it

    @property
    def error(self) -> str:
        """As in the manifest: the word and the sentence."""
        return f"{self.word}: {self.sentence}" if self.word else ""
