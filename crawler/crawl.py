"""The crawl itself: a generator of events around one ledger, with workers that only ask and read.

One thread decides and writes. At each turn it takes in the visits that have come back and sends
out to every host that is due: all in one transaction, so that an intent is on disk before its
request leaves, and together with it the outcome of the request before.
"""

import queue
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from crawler.answers import Answers
from crawler.clock import SECOND
from crawler.config import CrawlConfig
from crawler.events import Event, RequestEnded, Waiting
from crawler.ledger import Ledger
from crawler.permits import Permits, Quest, task_of
from crawler.politeness import Host, Schedule, is_trouble
from crawler.visit import Task, Visit
from crawler.wanted import Want, Wanted

WORKERS = 32  # requests in flight at once, each to another host
LONGEST_NAP = 1.0  # seconds until we look around again though nothing happened
SHOWN = 5  # hosts named in an event that tells of waiting


@dataclass(frozen=True, slots=True, kw_only=True)
class Flight:
    """A request that is under way."""

    number: int  # in the ledger
    host: str
    task: Task
    quest: Quest | None = None  # whose robots.txt it looks for


class Crawl:
    """A crawl of one generation. When its events end, `paused` tells whether hosts ask to wait."""

    def __init__(
        self,
        config: CrawlConfig,
        ledger: Ledger,
        wanted: Wanted,
        answers: Answers,
        *,
        visit: Callable[[Task], Visit],
        hang_up: Callable[[], None],
        clock: Callable[[], int],
    ) -> None:
        """`visit` is called from many threads; `hang_up` makes all its calls end soon."""
        self.paused: Waiting | None = None
        self._config = config
        self._ledger = ledger
        self._wanted = wanted
        self._answers = answers
        self._visit = visit
        self._hang_up = hang_up
        self._clock = clock
        self._permits = Permits(ledger, config.user_agent, config.tries)
        self._schedule = Schedule(config.delay, self._known)
        self._flights: dict[str, Flight] = {}  # by host
        self._back: queue.SimpleQueue[tuple[Flight, Future[Visit]]] = queue.SimpleQueue()

    def events(self) -> Generator[Event, None, None]:
        """Crawl until nothing is left to ask, or all hosts left ask for too much patience.

        Whoever stops taking events stops the crawl; what is in flight then counts as ended.
        """
        workers = ThreadPoolExecutor(WORKERS, "visit")
        try:
            yield from self._turns(workers)
        finally:
            self._hang_up()
            workers.shutdown(cancel_futures=True)
            with self._ledger.transaction():
                self._ledger.traffic.interrupt(self._clock())

    def _turns(self, workers: ThreadPoolExecutor) -> Iterator[Event]:
        while True:
            events: list[Event] = []
            arrived = list(self._arrived())
            with self._ledger.transaction():
                for flight, future in arrived:
                    events += self._take_in(flight, future.result())
                departures = self._departures(events)
            for flight in departures:
                workers.submit(self._fly, flight)
            yield from events
            if not self._flights and not self._goes_on():
                return
            if self._nap() >= LONGEST_NAP:
                yield self._waiting()

    def _fly(self, flight: Flight) -> None:
        """Make the visit; whatever comes of it is put where the one thread finds it. A worker."""
        visit: Future[Visit] = Future()
        try:
            visit.set_result(self._visit(flight.task))
        except BaseException as error:  # noqa: BLE001  # raised again where it is taken in
            visit.set_exception(error)
        self._back.put((flight, visit))

    def _known(self, name: str) -> Host:
        host = self._ledger.traffic.host(name)
        host.crawl_delay = self._permits.crawl_delay(name)
        return host

    # Coming back.

    def _arrived(self) -> Iterator[tuple[Flight, Future[Visit]]]:
        """The visits that have come back; waits for one until the next host is due."""
        try:
            yield self._back.get(timeout=min(self._nap(), LONGEST_NAP))
            while True:
                yield self._back.get_nowait()
        except queue.Empty:
            return

    def _nap(self) -> float:
        """Seconds until a host is due; what comes back ends a nap early."""
        due = self._schedule.next_due()
        if due is None:
            return LONGEST_NAP if self._flights else 0.0
        return max(due - self._clock(), 0) / SECOND

    def _take_in(self, flight: Flight, visit: Visit) -> list[Event]:
        del self._flights[flight.host]
        host = self._schedule.host(flight.host)
        host.note(visit.ended, visit.status, visit.lost, visit.retry_after)
        self._ledger.traffic.ended(flight.number, visit, host)
        events: list[Event] = [_told(flight, visit)]
        if flight.quest is not None:
            asked = self._permits.found(flight.quest, visit)
            owner = self._schedule.host(flight.quest.owner)
            owner.crawl_delay = self._permits.crawl_delay(owner.name)
            self._ready([asked], events)
        elif not self._is_tried_again(visit):
            events += self._answers.visited(visit)
        self._ready([flight.host], events)
        return events

    def _is_tried_again(self, visit: Visit) -> bool:
        if not is_trouble(visit.status, visit.lost):
            return False
        since = self._ledger.begun
        return (
            self._ledger.traffic.tries(visit.task.kind, visit.task.url, since) < self._config.tries
        )

    # Going out.

    def _ready(self, names: Iterable[str], events: list[Event]) -> None:
        """Put these hosts into the schedule if they have work and nothing in flight."""
        idle = [name for name in names if name not in self._flights]
        self._schedule.add(name for name in idle if self._has_work(name, events))

    def _has_work(self, name: str, events: list[Event]) -> bool:
        if self._permits.has_errand(name):
            return True
        return not self._permits.is_sought(name) and self._next_want(name, events) is not None

    def _next_want(self, name: str, events: list[Event]) -> Want | None:
        """The next address at this host that its robots.txt, where it is known, does not refuse."""
        while want := self._wanted.first(name):
            snapshot = self._permits.in_force(name, self._clock())
            refusal = snapshot and self._permits.refusal(snapshot, want.url)
            if not refusal:
                return want
            self._wanted.count(want)
            events += self._answers.refused(want, refusal)
        return None

    def _departures(self, events: list[Event]) -> list[Flight]:
        """Intents for every host that is due."""
        flights = []
        self._ready(self._wanted.fresh_hosts(), events)
        while name := self._schedule.take(self._clock()):
            flight = self._departure(name, events)
            if flight is not None:
                self._flights[name] = flight
                flights.append(flight)
        return flights

    def _departure(self, name: str, events: list[Event]) -> Flight | None:
        if quest := self._permits.errand(name):
            return self._intend(name, task_of(quest), quest=quest)
        want = self._next_want(name, events)
        if want is None:
            return None
        snapshot = self._permits.in_force(name, self._clock())
        if snapshot is None:
            quest = self._permits.seek(want.url)
            return self._intend(name, task_of(quest), quest=quest)
        self._wanted.count(want)
        return self._intend(name, self._answers.task(want), robots=snapshot.number)

    def _intend(
        self, name: str, task: Task, *, quest: Quest | None = None, robots: int | None = None
    ) -> Flight:
        number = self._ledger.traffic.intend(
            task,
            name,
            run=self._ledger.run,
            now=self._clock(),
            gap=self._schedule.gap(name),
            robots=robots,
        )
        return Flight(number=number, host=name, task=task, quest=quest)

    # Waiting.

    def _goes_on(self) -> bool:
        """Nothing is in flight: whether there is a host worth waiting for."""
        due = self._schedule.next_due()
        if due is None:
            return False
        waiting = self._waiting()
        _, seconds, rule = waiting.hosts[0]
        if seconds > self._config.max_wait and rule != "config":
            self.paused = waiting
        return self.paused is None

    def _waiting(self) -> Waiting:
        """The hosts that are waited for, the soonest first."""
        now = self._clock()
        soonest = sorted((due, name) for name, due in self._schedule.waiting().items())
        return Waiting(
            count=len(soonest),
            hosts=tuple(
                (name, max(due - now, 0) / SECOND, self._schedule.gap(name).rule)
                for due, name in soonest[:SHOWN]
            ),
        )


def _told(flight: Flight, visit: Visit) -> RequestEnded:
    return RequestEnded(
        host=flight.host,
        url=visit.task.url,
        kind=visit.task.kind,
        http_status=visit.status,
        seconds=(visit.ended - visit.started) / SECOND,
        size=visit.size,
    )
