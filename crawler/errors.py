"""Errors raised by the crawler.

CrawlerError
├── FetchError          one URL could not be fetched; the crawl goes on
├── ManifestError       a manifest or a list of URLs does not follow its schema
└── LedgerError         the ledger is of another version or damaged
"""


class CrawlerError(Exception):
    """Base of everything this package raises on purpose."""


class FetchError(CrawlerError):
    """One URL could not be fetched: a word of the manifest's vocabulary and a sentence.

    `reached` says whether the host was there at all: a connection to it stood.
    """

    def __init__(self, url: str, word: str, sentence: str, *, reached: bool = True) -> None:
        super().__init__(f"{url}: {sentence}")
        self.url = url
        self.word = word
        self.sentence = sentence
        self.reached = reached


class ManifestError(CrawlerError):
    """A manifest or a list of URLs has unexpected columns or values."""


class LedgerError(CrawlerError):
    """The ledger cannot be read by this version."""
