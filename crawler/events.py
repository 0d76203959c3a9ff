"""What happens in a crawl, as its generator tells it: frozen rows for whoever watches."""

from dataclasses import dataclass

from crawler.manifest import Status


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestEnded:
    """An HTTP request came to its end."""

    host: str
    url: str
    kind: str  # robots, tdmrep, sitemap, page, image
    http_status: int  # 0 where there was no answer
    seconds: float
    size: int  # bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRead:
    """A page was read."""

    url: str
    links: int
    references: int
    cut: bool = False  # it is longer than what is read of a page


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageKnown:
    """It is known what became of an image."""

    url: str
    status: Status
    error: str  # one word and a sentence, or ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Nothing can be asked for some time."""

    count: int  # hosts that are waited for
    hosts: tuple[tuple[str, float, str], ...]  # host, seconds until it is due, rule: the soonest
    offline: float = 0.0  # seconds since when nobody can be reached


Event = RequestEnded | PageRead | ImageKnown | Waiting
