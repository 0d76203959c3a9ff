"""How a running crawl is shown: a few live lines on a terminal, else a log line now and then."""

import logging
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator

from rich.console import Console
from rich.live import Live
from rich.text import Text

from crawler.events import Event, ImageKnown, PageRead, RequestEnded, Waiting
from crawler.manifest import Status

log = logging.getLogger(__name__)

PERIOD = 30.0  # seconds between two log lines


class Tally:
    """What has happened so far, in counts."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.images: Counter[Status] = Counter()
        self.pages = 0
        self.requests = 0
        self.waiting: Waiting | None = None
        self._clock = clock
        self._begun = clock()

    def add(self, event: Event) -> None:
        match event:
            case RequestEnded():
                self.requests += 1
                self.waiting = None
            case PageRead():
                self.pages += 1
            case ImageKnown():
                self.images[event.status] += 1
            case Waiting():
                self.waiting = event

    def line(self) -> str:
        """Pages, images by status, and requests a second."""
        rate = self.requests / max(self._clock() - self._begun, 1e-9)
        images = ", ".join(f"{count:,} {status}" for status, count in sorted(self.images.items()))
        return f"{self.pages:,} pages; images: {images or 'none yet'}; {rate:.1f} requests/s"

    def patience(self) -> str:
        """Who is waited for, how long, and why; "" where nobody is."""
        if self.waiting is None or not self.waiting.count:
            return ""
        hosts = ", ".join(
            f"{name} {seconds:.0f} s ({rule})" for name, seconds, rule in self.waiting.hosts
        )
        more = self.waiting.count - len(self.waiting.hosts)
        return f"waiting for {hosts}" + (f" and {more:,} more" if more else "")


def shown(events: Iterator[Event]) -> Iterator[Event]:
    """Pass the events through and show them on stderr."""
    tally = Tally()
    if sys.stderr.isatty():
        return _live(events, tally)
    return _logged(events, tally)


def _live(events: Iterator[Event], tally: Tally) -> Iterator[Event]:
    def lines() -> Text:
        return Text("\n".join(filter(None, [tally.line(), tally.patience()])))

    console = Console(stderr=True)
    with Live(get_renderable=lines, console=console, refresh_per_second=4, transient=True):
        yield from _tallied(events, tally)
    log.info("%s", tally.line())


def _logged(
    events: Iterator[Event], tally: Tally, clock: Callable[[], float] = time.monotonic
) -> Iterator[Event]:
    due = clock() + PERIOD
    for event in _tallied(events, tally):
        yield event
        if clock() >= due:
            log.info("%s", "; ".join(filter(None, [tally.line(), tally.patience()])))
            due = clock() + PERIOD
    log.info("%s", tally.line())


def _tallied(events: Iterator[Event], tally: Tally) -> Iterator[Event]:
    for event in events:
        tally.add(event)
        yield event
