"""What is sent to which host next, and what follows from what came back. Pure but for the ledger.

All calls belong into transactions of the ledger.
"""

from collections.abc import Callable, Iterable

from crawler.answers import Answers
from crawler.clock import SECOND
from crawler.config import CrawlConfig
from crawler.events import Event, RequestEnded, Waiting
from crawler.flight import Flight
from crawler.ledger import Ledger
from crawler.offline import Doubts
from crawler.outcome import KEPT
from crawler.permission.permits import Permits, Quest, Refusal, task_of
from crawler.permission.reservations import Reserved
from crawler.politeness import Host, Schedule, is_trouble
from crawler.sized import NOT_GIVEN, RefusedSizes
from crawler.traffic import Snapshot
from crawler.visit import Task, Visit
from crawler.wanted import Want, Wanted

SHOWN = 5  # hosts named in an event that tells of waiting


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
        self._permits = Permits(ledger, config.user_agent)
        self._reserved = Reserved(ledger)
        self._sizes = RefusedSizes(ledger)
        self._schedule = Schedule(config.delay, self._known)
        self._doubts = Doubts(ever_answered=ledger.traffic.witness() is not None)

    def landed(self, flight: Flight, visit: Visit) -> list[Event]:
        """A visit has come back: note it, and what there is to do at its host."""
        del self.flights[flight.host]
        host = self._schedule.host(flight.host)
        host.note(visit.ended, visit.status, visit.lost, visit.retry_after)
        self._ledger.traffic.ended(flight.number, visit, host)
        events: list[Event] = [_told(flight, visit)]
        if visit.reached:
            for doubt in self._doubts.dispel(visit):
                events += self._concluded(*doubt)
        if self._is_tried_again(flight, visit):
            self._again(flight)
        elif self._doubts.arises(visit):
            self._doubts.hold(flight, visit)
        else:
            events += self._concluded(flight, visit)
        return events + self._ready([flight.host])

    def departures(self, until: int) -> tuple[list[Flight], list[Event]]:
        """Intents for every host that is due by a moment, microseconds UTC."""
        events = self._ready(self._wanted.fresh_hosts())
        flights = []
        while name := self._schedule.take(until):
            flight = self._departure(name, events)
            if flight is not None:
                self.flights[name] = flight
                flights.append(flight)
        if self._doubts.hosts and not self.flights and self.next_due() is None:
            events += self._look_for_a_witness()
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
        offline = self._doubts.offline(now) / SECOND
        return Waiting(count=len(soonest), hosts=hosts, offline=offline)

    def _known(self, name: str) -> Host:
        """A host as an earlier run left it."""
        host = self._ledger.traffic.host(name)
        host.crawl_delay = self._permits.crawl_delay(name)
        return host

    def _is_tried_again(self, flight: Flight, visit: Visit) -> bool:
        if not is_trouble(visit.status, visit.lost):
            return False
        since = max(self._ledger.begun, self._doubts.dispelled)
        if flight.quest:
            since = max(since, self._permits.asked_since(flight.quest))
        return self._ledger.traffic.tries(visit.task.kind, visit.task.url, since) < self._tries

    def _again(self, flight: Flight) -> None:
        """What was asked is still to be asked: a want waits on, a quest is put back."""
        if flight.quest:
            self._permits.go_on(flight.quest)

    def _concluded(self, flight: Flight, visit: Visit) -> list[Event]:
        """There will be no further try: this is the answer."""
        if flight.task.kind == "tdmrep":
            self._reserved.found(flight.host, visit)
            return self._ready([flight.host])
        if flight.task.kind == "image":
            self._sizes.note(visit.task.url, visit.status, visit.retry_after)
        if flight.quest is None:
            return self._answers.visited(visit) + self._ready([flight.host])
        asked = self._permits.found(flight.quest, visit)
        owner = self._schedule.host(flight.quest.owner)
        owner.crawl_delay = self._permits.crawl_delay(owner.name)
        return self._ready([asked, flight.host])

    def _look_for_a_witness(self) -> list[Event]:
        """Nobody is left but hosts in doubt: ask one that answered before; after it, all again."""
        witness = self._ledger.traffic.witness(besides=self._doubts.hosts)
        if witness and not self._doubts.is_witness_asked:
            self._doubts.is_witness_asked = True
            return self._ready([self._permits.read_again(witness)])
        flights = self._doubts.give_up()
        for flight in flights:
            self._again(flight)
        return self._ready(flight.host for flight in flights)

    def _ready(self, names: Iterable[str]) -> list[Event]:
        """Put these hosts into the schedule if they have work and nothing in flight."""
        events: list[Event] = []
        busy = self.flights.keys() | self._doubts.hosts
        idle = [name for name in names if name not in busy and name not in self._schedule]
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
            refusal = snapshot and self._refusal(snapshot, want)
            if not refusal:
                return want
            self._wanted.count(want)
            events += self._answers.refused(want, refusal)
        return None

    def _refusal(self, snapshot: Snapshot, want: Want) -> Refusal | None:
        """Why an address is not asked, as far as the files of its host that were read tell it."""
        refusal = self._permits.refusal(snapshot, want.kind, want.url)
        if refusal or want.kind != "image":
            return refusal
        if signal := self._reserved.signal(want.url):
            return Refusal("optout", KEPT.format(signal), signal)
        return Refusal("http", NOT_GIVEN) if self._sizes.refuses(want.url) else None

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
        task = self._before(name, snapshot, want)
        if task is None:
            self._wanted.count(want)
            task = self._answers.task(want)
        return self._intend(name, task, robots=snapshot.number)

    def _before(self, name: str, snapshot: Snapshot, want: Want) -> Task | None:
        """What is to be asked of a host before its first image, where it may be asked."""
        task = self._reserved.task(want.url) if want.kind == "image" else None
        if task and self._permits.refusal(snapshot, task.kind, task.url):
            self._reserved.found(name, None)
            return None
        return task

    def _intend(
        self, name: str, task: Task, *, quest: Quest | None = None, robots: int | None = None
    ) -> Flight:
        due = max(self._schedule.due(name), self._clock())
        number = self._ledger.traffic.intend(
            task,
            name,
            run=self._ledger.run,
            now=due,
            gap=self._schedule.gap(name),
            robots=robots,
        )
        return Flight(number=number, host=name, task=task, due=due, quest=quest)


def _told(flight: Flight, visit: Visit) -> RequestEnded:
    return RequestEnded(
        host=flight.host,
        url=visit.task.url,
        kind=visit.task.kind,
        http_status=visit.status,
        seconds=(visit.ended - visit.started) / SECOND,
        size=visit.size,
    )
