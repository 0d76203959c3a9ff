"""Single addresses, fetched one after the other as politely as a crawl does it."""

import time
from collections.abc import Collection, Iterator

from crawler.clock import SECOND, Clock
from crawler.errors import FetchError
from crawler.fetch import PAGE_BYTES, Answer, Fetcher, all_of
from crawler.outcome import MOST_HOPS
from crawler.permission.robots import Rules, parse_robots, product_token, verdict
from crawler.politeness import Schedule, retry_after
from crawler.url import canonical, host, root

LONGEST_WAIT = 60.0  # seconds
MOST_BYTES = 50_000_000  # of one body


class Single:
    """Asks for addresses: robots.txt first, each redirect checked anew, each host in its time."""

    def __init__(
        self, user_agent: str, *, delay: float, allow_private: Collection[str] = ()
    ) -> None:
        """`delay` in seconds from the end of a request to the next one to the same host."""
        self._fetcher = Fetcher(user_agent, allow_private=allow_private)
        self._token = product_token(user_agent)
        self._schedule = Schedule(delay)
        self._clock = Clock()
        self._rules: dict[str, Rules | None] = {}  # by host; None where nothing may be fetched

    def close(self) -> None:
        self._fetcher.close()

    def get(self, url: str) -> bytes:
        """The body behind an address. Raises FetchError."""
        target = canonical(url)
        if target is None:
            raise FetchError(url, "redirect", "it is no address of the web")
        for answer in self._hops(target, MOST_BYTES, guarded=True):
            if answer.location:
                continue
            if answer.status not in {200, 203}:
                raise FetchError(url, "http", f"the server answered {answer.status}")
            if answer.cut:
                raise FetchError(url, "too-large", f"it is larger than {MOST_BYTES} bytes")
            return answer.body
        raise FetchError(url, "redirect", f"it redirects more than {MOST_HOPS} times")

    def _hops(self, url: str, limit: int, *, guarded: bool) -> Iterator[Answer]:
        """The answers of an address and of those it redirects to."""
        for _ in range(MOST_HOPS + 1):
            if guarded:
                self._require(url)
            answer = self._ask(url, limit)
            yield answer
            url = answer.location

    def _ask(self, url: str, limit: int) -> Answer:
        """One request, in its time. Raises FetchError where that is too far away."""
        name = host(url)
        wait = max(self._schedule.due(name) - self._clock(), 0) / SECOND
        if wait > LONGEST_WAIT:
            raise FetchError(url, "timeout", f"its host asks for patience of {wait:.0f} s")
        time.sleep(wait)
        status, word, pause = 0, "", None
        try:
            answer = self._fetcher.get(url, all_of(limit))
            status = answer.status
            pause = retry_after(answer.headers.get("retry-after", ""), self._clock())
        except FetchError as error:
            word = error.word
            raise
        finally:
            self._schedule.host(name).note(self._clock(), status, word, pause)
        return answer

    def _require(self, url: str) -> None:
        """Raises FetchError where the robots.txt of the host does not allow this address."""
        name = host(url)
        if name not in self._rules:
            self._rules[name] = self._read_robots(f"{root(url)}robots.txt")
        rules = self._rules[name]
        if rules is None:
            raise FetchError(url, "robots", "robots.txt cannot be read, so nothing may be fetched")
        self._schedule.host(name).crawl_delay = rules.crawl_delay
        if not rules.allows(url):
            raise FetchError(url, "robots", "robots.txt forbids this address")

    def _read_robots(self, url: str) -> Rules | None:
        """The rules of a host; None where they cannot be known.

        Raises FetchError where the host itself cannot be reached, which says more than a denial.
        """
        for answer in self._hops(url, PAGE_BYTES, guarded=False):
            if not answer.location:
                means = verdict(answer.status)
                text = answer.body if means == "parse" else b""
                return None if means == "deny" else parse_robots(text, self._token)
        return None
