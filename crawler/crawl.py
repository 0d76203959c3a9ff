"""The crawl itself: a generator of events around one ledger, with workers that only ask and read.

One thread decides and writes. At each turn it takes in the visits that have come back and sends
out to every host that is due soon: all in one transaction, so that an intent is on disk before its
request leaves, and together with it the outcome of the request before. A worker holds the request
until its moment has come, so that no host waits for our disk.
"""

import queue
import threading
import time
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

from crawler.clock import SECOND
from crawler.dispatch import Dispatch
from crawler.events import Event, Waiting
from crawler.flight import Flight
from crawler.ledger import Ledger
from crawler.visit import Task, Visit

WORKERS = 128  # requests in flight at once, each to another host
AHEAD = SECOND // 10  # microseconds: intents are written so long before their requests may leave
GATHERING = 0.003  # seconds in which more may come back, so that one transaction serves all
LONGEST_NAP = 1.0  # seconds until we look around again though nothing happened


class Crawl:
    """A crawl of one generation. When its events end, `paused` tells whether hosts ask to wait."""

    def __init__(
        self,
        ledger: Ledger,
        dispatch: Dispatch,
        *,
        visit: Callable[[Task], Visit],
        hang_up: Callable[[], None],
        clock: Callable[[], int],
        max_wait: float,
    ) -> None:
        """`visit` is called from many threads; `hang_up` makes all its calls end soon.

        `max_wait` in seconds: the crawl ends when every host left asks for more patience than that.
        """
        self.paused: Waiting | None = None
        self._ledger = ledger
        self._dispatch = dispatch
        self._visit = visit
        self._hang_up = hang_up
        self._clock = clock
        self._max_wait = max_wait
        self._stopped = threading.Event()
        self._back: queue.SimpleQueue[tuple[Flight, Future[Visit]]] = queue.SimpleQueue()

    def events(self) -> Generator[Event, None, None]:
        """Crawl until nothing is left to ask, or all hosts left ask for too much patience.

        Whoever stops taking events stops the crawl; what is in flight then counts as ended.
        """
        workers = ThreadPoolExecutor(WORKERS, "visit")
        try:
            yield from self._turns(workers)
        finally:
            self._stopped.set()
            workers.shutdown(wait=False, cancel_futures=True)  # so that nothing starts any more
            self._hang_up()
            workers.shutdown()
            with self._ledger.transaction():
                self._ledger.traffic.interrupt(self._clock())

    def _turns(self, workers: ThreadPoolExecutor) -> Iterator[Event]:
        while True:
            arrived = list(self._arrived())
            if arrived or not self._nap():
                yield from self._turn(workers, arrived)
            else:
                yield self._dispatch.waiting()
            if not self._dispatch.flights and not self._goes_on():
                return

    def _turn(
        self, workers: ThreadPoolExecutor, arrived: list[tuple[Flight, Future[Visit]]]
    ) -> list[Event]:
        """One transaction: outcomes of what has arrived, intents for what departs."""
        events: list[Event] = []
        with self._ledger.transaction():
            for flight, visit in arrived:
                events += self._dispatch.landed(flight, visit.result())
            flights, more = self._dispatch.departures(self._clock() + AHEAD)
        for flight in flights:
            workers.submit(self._fly, flight)
        return events + more

    def _fly(self, flight: Flight) -> None:
        """In a worker: make the visit, and put whatever comes of it where the one thread looks."""
        while (left := flight.due - self._clock()) > 0 and not self._stopped.is_set():
            self._stopped.wait(left / SECOND)
        if self._stopped.is_set():
            return
        visit: Future[Visit] = Future()
        try:
            visit.set_result(self._visit(flight.task))
        except BaseException as error:  # noqa: BLE001  # raised again where it is taken in
            visit.set_exception(error)
        self._back.put((flight, visit))

    def _arrived(self) -> Iterator[tuple[Flight, Future[Visit]]]:
        """The visits that have come back; waits for one until the next host is due."""
        try:
            yield self._back.get(timeout=min(self._nap(), LONGEST_NAP))
            if len(self._dispatch.flights) > 1:
                time.sleep(GATHERING)
            while True:
                yield self._back.get_nowait()
        except queue.Empty:
            return

    def _nap(self) -> float:
        """Seconds until there is an intent to write; whatever comes back ends a nap early."""
        due = self._dispatch.next_due()
        if due is None:
            return LONGEST_NAP if self._dispatch.flights else 0.0
        return max(due - AHEAD - self._clock(), 0) / SECOND

    def _goes_on(self) -> bool:
        """Nothing is in flight: whether there is a host that is worth waiting for."""
        if self._dispatch.next_due() is None:
            return False
        waiting = self._dispatch.waiting()
        _, seconds, rule = waiting.hosts[0]
        if (seconds > self._max_wait and rule != "config") or waiting.offline > self._max_wait:
            self.paused = waiting
        return self.paused is None
