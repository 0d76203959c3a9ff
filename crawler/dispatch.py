"""What is sent to which host next, and what follows from what came back. Pure but for the ledger.

All calls belong into transactions of the ledger.
"""

from collections.abc import Callable, Iterable
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

SHOWN = 5  # hosts named in an event that tells of waiting


@dataclass(frozen=True, slots=True, kw_only=True)
class Flight:
    """A request that is under way."""

    number: int  # in the ledger
    host: str
    task: Task
    quest: Quest | None = None  # whose robots.txt it looks for


class Dispatch:
    """Decides what departs, and takes in what lands. What it finds out becomes `events`."""

    def __init__(
        self,
        config: CrawlConfig,
        ledger: Ledger,
        wanted: Wanted,
        answers: Answers,
        clock: Callable[[], int],
    ) -> None:
        self.flights: dict[str, Flight] = {}  # by host: one each
        self._tries = config.tries
        self._ledger = ledger
        self._wanted = wanted
        self._answers = answers
        self._clock = clock
        self._permits = Permits(ledger, config.user_agent, config.tries)
        self._schedule = Schedule(config.delay, self._known)

    def landed(self, flight: Flight, visit: Visit) -> list[Event]:
        """A visit has come back: note it, and what there is to do at its host."""
        del self.flights[flight.host]
        host = self._schedule.host(flight.host)
        host.note(visit.ended, visit.status, visit.lost, visit.retry_after)
        self._ledger.traffic.ended(flight.number, visit, host)
        events: list[Event] = [_told(flight, visit)]
        if flight.quest is not None:
            asked = self._permits.found(flight.quest, visit)
            owner = self._schedule.host(flight.quest.owner)
            owner.crawl_delay = self._permits.crawl_delay(owner.name)
            events += self._ready([asked])
        elif not self._is_tried_again(visit):
            events += self._answers.visited(visit)
        return events + self._ready([flight.host])

    def departures(self) -> tuple[list[Flight], list[Event]]:
        """Intents for every host that is due."""
        events = self._ready(self._wanted.fresh_hosts())
        flights = []
        while name := self._schedule.take(self._clock()):
            flight = self._departure(name, events)
            if flight is not None:
                self.flights[name] = flight
                flights.append(flight)
        return flights, events

    def next_due(self) -> int | None:
        """When the next host may be asked, microseconds UTC; None where none has work."""
        return self._schedule.next_due()

    def waiting(self) -> Waiting:
        """The hosts that have work and are left alone for a while, the soonest first."""
        now = self._clock()
        soonest = sorted((due, name) for name, due in self._schedule.waiting().items())
        hosts = tuple(
            (name, max(due - now, 0) / SECOND, self._schedule.gap(name).rule)
            for due, name in soonest[:SHOWN]
        )
        return Waiting(count=len(soonest), hosts=hosts)

    def _known(self, name: str) -> Host:
        """A host as an earlier run left it."""
        host = self._ledger.traffic.host(name)
        host.crawl_delay = self._permits.crawl_delay(name)
        return host

    def _is_tried_again(self, visit: Visit) -> bool:
        if not is_trouble(visit.status, visit.lost):
            return False
        task, since = visit.task, self._ledger.begun
        return self._ledger.traffic.tries(task.kind, task.url, since) < self._tries

    def _ready(self, names: Iterable[str]) -> list[Event]:
        """Put these hosts into the schedule if they have work and nothing in flight."""
        events: list[Event] = []
        idle = [name for name in names if name not in self.flights]
        self._schedule.add(name for name in idle if self._has_work(name, events))
        return events

    def _has_work(self, name: str, events: list[Event]) -> bool:
        if self._permits.has_errand(name):
            return True
        return not self._permits.is_sought(name) and self._next_want(name, events) is not None

    def _next_want(self, name: str, events: list[Event]) -> Want | None:
        """The next address of this host that its robots.txt, as far as it is known, allows."""
        while want := self._wanted.first(name):
            snapshot = self._permits.in_force(name, self._clock())
            refusal = snapshot and self._permits.refusal(snapshot, want.url)
            if not refusal:
                return want
            self._wanted.count(want)
            events += self._answers.refused(want, refusal)
        return None

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


def _told(flight: Flight, visit: Visit) -> RequestEnded:
    return RequestEnded(
        host=flight.host,
        url=visit.task.url,
        kind=visit.task.kind,
        http_status=visit.status,
        seconds=(visit.ended - visit.started) / SECOND,
        size=visit.size,
    )
