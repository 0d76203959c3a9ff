"""Hosts of every kind, the same for the same seed: what each is like and asks of a crawler.

Knows nothing of the crawler, which is judged by it.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field

DELAY = 0.25  # seconds that the crawl is told to leave between requests
TRIES = 2
RESERVATIONS = "/.well-known/tdmrep.json"
AGENT = "flowers-study/1.0 (+mailto:me@example.org)"

GROUPS = (  # how a robots.txt may say the same to us
    "User-agent: *\nDisallow: /private/\n{delay}",
    "User-agent: flowers-study\nDisallow: /private/\n{delay}\nUser-agent: *\nDisallow:\n",
    "User-agent: other\nAllow: /\n\nUser-agent: deeprunning\nDisallow: /private/\n{delay}",
)


@dataclass(frozen=True, slots=True)
class Busy:
    """What a path answers before it answers for good."""

    status: int
    retry_after: int | None  # seconds
    times: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """One host. It says what it wants of a crawler in `robots`, or is busy there, or closed."""

    name: str
    proof: str  # "" for plain HTTP; good, expired, misnamed
    robots: str
    is_closed: bool  # robots.txt answers 500 for ever: nothing may be fetched
    crawl_delay: float  # seconds; 0 where it asks for none
    latency: float  # seconds that an answer takes on average
    images: Sequence[str]  # paths on the first page
    more: Sequence[str]  # paths on the second
    neighbour: str  # the host to which /moved.png leads
    busy: dict[str, Busy] = field(default_factory=dict)  # by path


def hosts(count: int, seconds: float, seed: int) -> list[Host]:
    """So many hosts, half of them over TLS, each with work for about so many seconds."""
    names = [f"127.0.0.{number}" for number in range(1, count + 1)]
    return [_host(names, at, seconds, random.Random(f"{seed} {at}")) for at in range(count)]


def _host(names: Sequence[str], at: int, seconds: float, chance: random.Random) -> Host:
    longest = min(max(seconds / 12, 0.3), 2.0)
    crawl_delay = round(chance.uniform(0.3, longest), 2) if at % 4 in {1, 2} else 0.0
    count = max(int(seconds / (max(DELAY, crawl_delay) + 0.05)), 4)
    paths = [f"/{number}.png" for number in range(count)]
    asks = f"Crawl-delay: {crawl_delay}\n" if crawl_delay else ""
    return Host(
        name=names[at],
        proof=_proof(at),
        robots=chance.choice(GROUPS).format(delay=asks),
        is_closed=at % 16 == 15,
        crawl_delay=crawl_delay,
        latency=chance.uniform(0.0, 0.1),
        images=paths[: count // 2],
        more=paths[count // 2 :],
        neighbour=names[(at + 2) % len(names)],
        busy=_busy([*paths, "/", "/more"], at, chance),
    )


def _proof(at: int) -> str:
    if at % 2 == 0:
        return ""
    return {3: "expired", 13: "misnamed"}.get(at % 20, "good")


def _busy(paths: Sequence[str], at: int, chance: random.Random) -> dict[str, Busy]:
    """One path in twelve, now and then a file of rules; some stay busy for all tries."""
    chosen = [path for path in paths if chance.random() < 1 / 12]
    if at % 6 == 4:
        chosen.append("/robots.txt")
    if at % 6 == 5:
        chosen.append(RESERVATIONS)
    return {
        path: Busy(
            chance.choice([429, 503]),
            chance.choice([None, 1, 2]),
            times=1 if path in {"/robots.txt", "/", "/more"} else chance.choice([1, 1, 2]),
        )
        for path in chosen
    }
