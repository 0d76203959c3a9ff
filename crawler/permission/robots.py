"""Robots.txt as RFC 9309 reads it: whom a group speaks to, what it forbids, how long to wait.

Protego matches the paths. What is ours stands before it: lines are brought into one spelling, and
agents are compared whole. Protego alone lets lines it does not know end a group, and finds the
agent `D` (which is how `D115Crawler` reads to the letter of the RFC) in every name with a D.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import Literal
from urllib.parse import quote

from protego import Protego

from crawler.permission.optout import PREFERENCES, is_refusal, of_training
from crawler.reading.line import one_line

OURSELVES = "deeprunning"  # who forbids the program forbids every crawl made with it
LONGEST_DELAY = 10 * 365 * 86400.0  # seconds; what asks for more says "never" in any case
LONGEST_LINE = 16_663  # bytes, as Google's parser cuts them
MOST_PATTERNS = 5000  # rules with a * in them; each costs time at each address, and sites have 1128

KEYS = {
    b"user-agent": "user-agent",
    b"useragent": "user-agent",
    b"user agent": "user-agent",
    b"allow": "allow",
    b"disallow": "disallow",
    b"dissallow": "disallow",
    b"dissalow": "disallow",
    b"disalow": "disallow",
    b"diasllow": "disallow",
    b"disallaw": "disallow",
    b"crawl-delay": "crawl-delay",
    b"crawl delay": "crawl-delay",
    b"content-signal": "content-signal",
    b"content-usage": "content-usage",
    b"license": "license",
}
NOT_FOR_PROTEGO = PREFERENCES | {"license"}
TOKEN = re.compile(rb"[A-Za-z_-]+")

Directive = tuple[str, bytes]  # a key in one spelling, and its value


def product_token(user_agent: str) -> str:
    """The name by which robots.txt knows us: of `flowers-study/1.0 (+mailto:...)` flowers-study."""
    match = TOKEN.match(user_agent.encode())
    return match[0].decode() if match else ""


def names_of(product_token: str) -> tuple[str, ...]:
    """By what names we may be spoken to, in lower case."""
    return tuple(dict.fromkeys((product_token.lower(), OURSELVES)))


def verdict(answer: int | str) -> Literal["parse", "allow", "deny"]:
    """What an answer to /robots.txt means (RFC 9309, section 2.3.1).

    `answer` is the HTTP status, or the word of a failure such as timeout or redirect. Where there
    is no robots.txt all is allowed; where there may be one that we cannot see, nothing is.
    """
    if isinstance(answer, str) or answer == 429:
        return "deny"
    if 200 <= answer < 300:
        return "parse"
    return "allow" if 400 <= answer < 500 else "deny"


class Rules:
    """What a robots.txt says to agents of these names. To each applies its own group, else `*`.

    One with more than MOST_PATTERNS is made to cost time, and is taken to forbid everything.
    """

    def __init__(self, text: bytes, *names: str) -> None:
        # Protego sees only these stand-ins, none of which is found in another.
        self._agents = {name.lower().encode(): f"agent{at}." for at, name in enumerate(names)}
        directives = list(_directives(text))
        patterns = sum(key != "user-agent" and b"*" in value for key, value in directives)
        if patterns > MOST_PATTERNS:
            directives = [("user-agent", b"*"), ("disallow", b"/")]
        self._protego = self._parsed(each for each in directives if each[0] not in NOT_FOR_PROTEGO)
        self._licence = next((value for key, value in directives if _is_licence(key, value)), b"")
        self._signal = next(_refusals(directives), "")
        self._consent = self._parsed(_consent(directives)) if self._signal else None

    def allows(self, url: str) -> bool:
        """Whether every one of the names may fetch this canonical URL."""
        return all(self._protego.can_fetch(url, agent) for agent in self._agents.values())

    def optout(self, url: str) -> str:
        """The signal that keeps images at this canonical URL from being learned from, or "".

        A licence of RSL (Really Simple Licensing 1.0, 2025) is for all crawlers and all addresses.
        """
        if self._licence:
            return f"robots.txt: License: {one_line(self._licence.decode('utf-8', 'replace'))}"
        if self._consent is None:
            return ""
        agents = self._agents.values()
        is_free = all(self._consent.can_fetch(url, agent) for agent in agents)
        return "" if is_free else self._signal

    @property
    def crawl_delay(self) -> float | None:
        """The longest Crawl-delay asked of any of the names, in seconds."""
        delays = (self._protego.crawl_delay(agent) for agent in self._agents.values())
        return max((delay for delay in delays if delay is not None), default=None)

    def _parsed(self, directives: Iterable[Directive]) -> Protego:
        lines = (f"{key}: {self._value(key, value)}" for key, value in directives)
        return Protego.parse("\n".join(lines))

    def _value(self, key: str, value: bytes) -> str:
        if key != "user-agent":  # every byte that is not printable ASCII as %XX, whatever it meant
            return quote(_capped(value) if key == "crawl-delay" else value, safe=PRINTABLE)
        if value.split()[:1] == [b"*"]:
            return "*"
        token = TOKEN.match(value.lower())
        return self._agents.get(token[0] if token else b"", "nobody")


NEUTRAL = ("crawl-delay", b"0")  # ends the names of a group, as any rule does
PRINTABLE = bytes(range(0x20, 0x7F)).decode()


def parse_robots(text: bytes, product_token: str) -> Rules:
    """The rules for a crawl of this product token: what is denied to it or to us is denied.

    Any bytes will do: a page of HTML has no rules, and so allows everything.
    """
    return Rules(text, *names_of(product_token))


def matcher(patterns: Iterable[str]) -> Callable[[str], bool]:
    """Tells whether a canonical URL matches one of these patterns of paths (RFC 9309, 2.2.3)."""
    protego = Protego.parse("\n".join(["User-agent: *", *(f"Disallow: {p}" for p in patterns)]))
    return lambda url: not protego.can_fetch(url, "*")


def _directives(text: bytes) -> Iterator[Directive]:
    """The known keys, in one spelling, with their values; all other lines are as if not there."""
    for line in re.split(rb"\r\n|\r|\n", _as_utf8(text)):
        content = line[:LONGEST_LINE].partition(b"#")[0].strip()
        key, colon, value = content.partition(b":")
        words = content.split()
        if not colon and len(words) == 2:  # `disallow /private`
            key, value = words
        directive = KEYS.get(b" ".join(key.lower().split()))
        if directive:
            yield directive, value.strip()


def _consent(directives: Iterable[Directive]) -> Iterator[Directive]:
    """What is said of training as rules for paths, group by group; all else stays without effect.

    What stands before the first group is said to everyone.
    """
    yield "user-agent", b"*"
    yield NEUTRAL
    for key, value in directives:
        path, preference = _preference(value) if key in PREFERENCES else (b"", "")
        if preference:
            yield ("disallow" if is_refusal(preference) else "allow"), path
        else:
            yield (key, value) if key == "user-agent" else NEUTRAL


def _refusals(directives: Iterable[Directive]) -> Iterator[str]:
    """The preferences against training, as signals are told."""
    for key, value in directives:
        preference = _preference(value)[1] if key in PREFERENCES else ""
        if is_refusal(preference):
            yield f"robots.txt: {key.title()}: {preference}"


def _is_licence(key: str, value: bytes) -> bool:
    """Whether a line names a licence of RSL, whose address must be absolute."""
    return key == "license" and value.lower().startswith((b"http://", b"https://"))


def _preference(value: bytes) -> tuple[bytes, str]:
    """The path that a preference is for, and what it says of training: `/photos/ train-ai=n`."""
    path, *said = value.split() if value.startswith(b"/") else (b"/", value)
    return path, of_training(b" ".join(said).decode("utf-8", "replace"))


def _capped(delay: bytes) -> bytes:
    """A Crawl-delay, an endless one made finite: Protego takes infinity for no delay at all."""
    with suppress(ValueError):
        if float(delay) > LONGEST_DELAY:
            return str(LONGEST_DELAY).encode()
    return delay


def _as_utf8(text: bytes) -> bytes:
    """The text without its byte-order mark; UTF-16 is told by it, anything else left as it is."""
    if text.startswith((b"\xff\xfe", b"\xfe\xff")):
        return text.decode("utf-16", "replace").encode("utf-8", "replace")
    return text.removeprefix(b"\xef\xbb\xbf")
