"""What to crawl and how politely: the settings of a crawl and of one of its sources."""

import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

AGENT = re.compile(r"[A-Za-z_-]+(/[!-~]+)?( [ -~]*)?")  # anything else no header can carry

PORT = re.compile(r"^[^:]*:[0-9]+$|\]:[0-9]+$")  # after a name or an address

LONGEST = 10 * 365 * 86_400  # seconds of any wait; what is longer means "never"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where images of one label, or of labels read from addresses, come from."""

    label: str = field(default="", metadata={"help": "class of everything found here"})
    label_pattern: str = field(
        default="",
        metadata={
            "help": "regular expression with a group named label, searched in the address of the "
            "page, else in that of the image, else in its alternative text"
        },
    )
    seeds: tuple[str, ...] = field(default=(), metadata={"help": "pages to start from"})
    sitemaps: tuple[str, ...] = field(
        default=(), metadata={"help": "sitemaps that name pages and images to start from"}
    )
    follow: tuple[str, ...] = field(
        default=(),
        metadata={
            "help": "URL prefixes whose links are followed (default: below the folder of the seed; "
            "its whole host where label_pattern tells the classes)"
        },
    )
    exclude: tuple[str, ...] = field(default=(), metadata={"help": "URL prefixes left alone"})
    images: tuple[str, ...] = field(
        default=(), metadata={"help": "URL prefixes images may come from (default: any host)"}
    )
    select: str = field(
        default="", metadata={"help": "CSS selector of the part of a page whose images count"}
    )
    list: str = field(
        default="",
        metadata={"help": "CSV file of url,label[,page_url,licence,creator]; no pages"},
    )

    def __post_init__(self) -> None:
        if bool(self.seeds or self.sitemaps) == bool(self.list):
            raise ValueError("a source needs either seeds or sitemaps, or else a list, not both")
        if self.label and self.label_pattern:
            raise ValueError(f"a source has a label ({self.label}) or a label_pattern, not both")
        _check_pattern(self.label_pattern)
        for url in (*self.seeds, *self.sitemaps, *self.follow, *self.exclude, *self.images):
            _check_url(url)


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlConfig:
    """How a crawl behaves towards hosts, and what it keeps."""

    user_agent: str = field(
        metadata={"help": "name/version (+contact) of this crawler, sent with every request"}
    )
    delay: float = field(
        default=1.0,
        metadata={"help": "seconds from the end of a request to the next to the same host"},
    )
    deadline: float = field(
        default=30.0, metadata={"help": "seconds for one request, everything included"}
    )
    tries: int = field(
        default=2, metadata={"help": "requests for a URL that answers 429, 5xx or not at all"}
    )
    max_wait: float = field(
        default=600.0, metadata={"help": "seconds to wait for a host that asks for patience"}
    )
    max_pages: int = field(default=1000, metadata={"help": "pages to visit, a source"})
    max_sitemaps: int = field(default=50, metadata={"help": "sitemaps to read, a source"})
    max_images: int = field(default=500, metadata={"help": "images to try, a label in a source"})
    want: int = field(
        default=512,
        metadata={"help": "pixels: the smallest size offered that is at least this is taken"},
    )
    min_side: int = field(default=1, metadata={"help": "pixels; smaller images are rejected"})
    max_bytes: int = field(default=50_000_000, metadata={"help": "bytes of one image at most"})
    max_pixels: int = field(default=100_000_000, metadata={"help": "pixels of one image at most"})
    allow_private: tuple[str, ...] = field(
        default=(),
        metadata={
            "help": "hosts that may be fetched though their address is private or loopback, as "
            "they stand in addresses, without a port"
        },
    )
    ca_file: str = field(
        default="",
        metadata={
            "help": "PEM file of certificates to trust instead of the usual ones, for a network "
            "with its own"
        },
    )
    max_depth: int = field(
        default=20, metadata={"help": "links in a row, from a seed, that lead to no new image"}
    )
    max_repeats: int = field(
        default=2,
        metadata={"help": "times a path may repeat the same folders in a row, as in /a/b/a/b/"},
    )
    max_variants: int = field(
        default=100,
        metadata={
            "help": "pages in a row that differ only in their query, show no new image and lead "
            "to no new page elsewhere"
        },
    )
    max_copies: int = field(
        default=10,
        metadata={
            "help": "copies of a page (same text but for numbers, same images) whose links are "
            "followed, and as many again for each that led to something else"
        },
    )

    def __post_init__(self) -> None:
        if not AGENT.fullmatch(self.user_agent):
            raise ValueError(
                f"user_agent must start with a name of letters and be printable ASCII, such as "
                f'"flowers-study/1.0 (+mailto:me@example.org)", got {self.user_agent!r}'
            )
        for name in "delay", "max_wait", "deadline":
            _check_seconds(name, getattr(self, name))
        if not self.deadline:
            raise ValueError("deadline must be above 0 seconds, got 0")
        for name in "tries", "max_pages", "max_sitemaps", "max_images", "want", "min_side":
            _at_least(name, getattr(self, name), 1)
        for name in "max_bytes", "max_pixels", "max_repeats", "max_variants":
            _at_least(name, getattr(self, name), 1)
        for name in "max_depth", "max_copies":
            _at_least(name, getattr(self, name), 0)
        for name in self.allow_private:
            if PORT.search(name):
                raise ValueError(f"allow_private takes hosts without a port, got {name!r}")
        if self.ca_file:
            _check_certificates(self.ca_file)


def _check_seconds(name: str, value: float) -> None:
    if not 0 <= value <= LONGEST:
        raise ValueError(f"{name} must be at least 0 and at most {LONGEST} seconds, got {value:g}")


def _at_least(name: str, value: int, least: int) -> None:
    if value < least:
        raise ValueError(f"{name} must be at least {least}, got {value}")


def _check_url(url: str) -> None:
    from crawler.url import canonical  # late, so that --help need not load what it stands on

    if urlsplit(url).scheme not in {"http", "https"} or not urlsplit(url).netloc:
        raise ValueError(f"{url!r} is no web address; it must start with http:// or https://")
    if canonical(url) is None:
        raise ValueError(
            f"{url!r} is no web address that can be asked; it needs a host and no user or password"
        )


def _check_certificates(name: str) -> None:
    import ssl  # late, since few name a file

    try:
        ssl.create_default_context(cafile=name)
    except ssl.SSLError as error:
        raise ValueError(f"ca_file {name} holds no certificates in PEM format") from error
    except OSError as error:
        raise ValueError(f"ca_file {name} cannot be read: {error.strerror}") from error


def _check_pattern(pattern: str) -> None:
    try:
        groups = re.compile(pattern).groupindex
    except re.error as error:
        raise ValueError(f"label_pattern {pattern!r} is no regular expression: {error}") from error
    if pattern and "label" not in groups:
        raise ValueError(f"label_pattern {pattern!r} needs a group (?P<label>...)")
