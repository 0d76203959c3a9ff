"""What each host's robots.txt permits, read before anything else there and again after a day."""

from collections import defaultdict, deque
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from crawler.clock import SECOND
from crawler.ledger import Ledger
from crawler.outcome import KEPT, MOST_HOPS
from crawler.permission.robots import Rules, parse_robots, product_token, verdict
from crawler.politeness import ROBOTS_AGE
from crawler.traffic import Snapshot
from crawler.url import host, root
from crawler.visit import Task, Visit

UNREADABLE = {
    "robots": "robots.txt cannot be read at present, so nothing may be fetched",
    "private-address": "the host is on a private network and is not in allow_private",
    "dns": "robots.txt cannot be read: the name of the host cannot be resolved",
    "tls": "robots.txt cannot be read: the host cannot prove who it is (TLS)",
    "connect": "robots.txt cannot be read: the connection failed or broke",
    "timeout": "robots.txt cannot be read: the deadline passed",
}

EARLY = 60 * SECOND  # microseconds before robots.txt is a day old: a request takes its time


class Refusal(NamedTuple):
    """Why an address is not asked: a word of the manifest and a sentence."""

    word: str
    sentence: str
    optout: str = ""  # the signal that keeps it from being learned from


@dataclass(frozen=True, slots=True)
class Quest:
    """The search for one host's robots.txt, which may lead by redirects to other hosts."""

    owner: str  # host
    url: str  # to be asked next
    hops: int = 0


class Permits:
    """The robots.txt in force on each host, and the quests for those that are not known."""

    def __init__(self, ledger: Ledger, user_agent: str) -> None:
        self._ledger = ledger
        self._traffic = ledger.traffic
        self._token = product_token(user_agent)
        self._quests: dict[str, Quest] = {}  # by owner
        self._errands: defaultdict[str, deque[Quest]] = defaultdict(deque)  # by host to be asked
        self._snapshots: dict[str, Snapshot | None] = {}  # by host
        self._rules = lru_cache(256)(self._parse)  # by number of the snapshot

    def in_force(self, name: str, now: int) -> Snapshot | None:
        """The robots.txt that counts on a host; None where it is to be read, or read again.

        One that could not be read is tried again in the next generation, others after a day.
        """
        snapshot = self._latest(name)
        if snapshot is None or now - snapshot.read >= ROBOTS_AGE - EARLY:
            return None
        is_old = snapshot.verdict == "deny" and snapshot.read < self._ledger.begun
        return None if is_old else snapshot

    def refusal(self, snapshot: Snapshot, kind: str, url: str) -> Refusal | None:
        """Why this URL of the host may not be fetched as a page or an image, or None."""
        if snapshot.verdict == "deny":
            return Refusal(snapshot.word, UNREADABLE[snapshot.word])
        if snapshot.verdict != "parse":
            return None
        rules = self._rules(snapshot.number)
        if not rules.allows(url):
            return Refusal("robots", "robots.txt forbids this address")
        signal = rules.optout(url) if kind == "image" else ""
        return Refusal("optout", KEPT.format(signal), signal) if signal else None

    def crawl_delay(self, name: str) -> float | None:
        """Seconds that a host asks for between requests, by the latest robots.txt we have."""
        snapshot = self._latest(name)
        return self._rules(snapshot.number).crawl_delay if snapshot else None

    def errand(self, name: str) -> Quest | None:
        """What to ask of this host for somebody's robots.txt, if anything."""
        return self._errands[name].popleft() if self._errands[name] else None

    def has_errand(self, name: str) -> bool:
        """Whether `errand` has something to ask."""
        return bool(self._errands[name])

    def is_sought(self, name: str) -> bool:
        """Whether the robots.txt of this host is being looked for."""
        return name in self._quests

    def seek(self, url: str) -> Quest:
        """Begin to look for the robots.txt that covers this URL."""
        quest = Quest(host(url), f"{root(url)}robots.txt")
        self._quests[quest.owner] = quest
        return quest

    def read_again(self, url: str) -> str:
        """Read the robots.txt that covers this URL once more; return the host to ask."""
        return self.go_on(Quest(host(url), f"{root(url)}robots.txt"))

    def asked_since(self, quest: Quest) -> int:
        """From when on its tries count: after what was read before. Microseconds UTC."""
        latest = self._latest(quest.owner)
        return latest.read + 1 if latest else 0

    def found(self, quest: Quest, visit: Visit) -> str:
        """Take in an answer; return the host that is to be asked now: for more, or its pages."""
        if visit.location and quest.hops < MOST_HOPS:
            return self.go_on(Quest(quest.owner, visit.location, quest.hops + 1))
        means = verdict(visit.status or visit.word)
        word = _word(quest, visit) if means == "deny" else ""
        text = visit.body if means == "parse" else b""
        snapshot = self._traffic.note_robots(quest.owner, visit.ended, means, word, text)
        self._snapshots[quest.owner] = snapshot
        del self._quests[quest.owner]
        return quest.owner

    def go_on(self, quest: Quest) -> str:
        """Ask for the address of a quest, once more or for the first time; return its host."""
        name = host(quest.url)
        self._quests[quest.owner] = quest
        self._errands[name].append(quest)
        return name

    def _latest(self, name: str) -> Snapshot | None:
        if name not in self._snapshots:
            self._snapshots[name] = self._traffic.robots(name)
        return self._snapshots[name]

    def _parse(self, number: int) -> Rules:
        return parse_robots(self._traffic.robots_text(number), self._token)


def task_of(quest: Quest) -> Task:
    """The request that takes a quest a step further."""
    return Task(kind="robots", url=quest.url)


def _word(quest: Quest, visit: Visit) -> str:
    """The word of the manifest for a robots.txt that cannot be read."""
    if visit.word == "private-address" and quest.hops:
        return "robots"  # the host itself is public: it sends us elsewhere
    if visit.word == "truncated":
        return "connect"
    return visit.word if visit.word in UNREADABLE else "robots"
