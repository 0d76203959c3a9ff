"""The part of the ledger that proves politeness: requests, hosts, and their robots.txt."""

import sqlite3
from collections.abc import Container, Iterator
from typing import NamedTuple

from crawler.files import sha256
from crawler.politeness import Gap, Host
from crawler.schema import insert
from crawler.visit import Task, Visit


class Snapshot(NamedTuple):
    """A robots.txt as it was read, or why it was not."""

    number: int
    host: str
    read: int  # microseconds UTC
    verdict: str  # parse, allow or deny
    word: str  # why it denies: a word of the manifest's `error`
    digest: str  # SHA-256 of its text


SNAPSHOT = "number, host, read, verdict, word, digest FROM robots"


class Request(NamedTuple):
    """A request as it was meant and as it ended. Times are microseconds UTC."""

    number: int
    run: int
    host: str
    url: str
    kind: str
    started: int
    ended: int | None
    status: int
    word: str
    bytes: int
    retry_after: float | None  # seconds
    gap: int  # microseconds
    rule: str
    robots: int | None
    digest: str  # SHA-256 of that robots.txt


class Run(NamedTuple):
    """A process that worked on this crawl, with what its politeness depended on."""

    number: int
    begun: int  # microseconds UTC
    user_agent: str
    delay: float  # seconds


class Traffic:
    """Requests as they were meant and as they ended, and how each host stands."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self.database = database

    def interrupt(self, now: int) -> None:
        """Nobody waits any more for the requests that are under way, or were just going to be."""
        hosts = """INSERT INTO hosts (name, ended, streak)
                   SELECT host, max(started, ?), 0 FROM requests WHERE ended IS NULL
                   ON CONFLICT DO UPDATE SET ended = excluded.ended"""
        self.database.execute(hosts, (now,))
        query = """UPDATE requests SET ended = max(started, ?), word = 'interrupted'
                   WHERE ended IS NULL"""
        self.database.execute(query, (now,))

    def intend(
        self, task: Task, name: str, *, run: int, now: int, gap: Gap, robots: int | None
    ) -> int:
        """A request to a host is going to be sent; return its number."""
        return insert(
            self.database,
            "requests",
            run=run,
            host=name,
            url=task.url,
            kind=task.kind,
            started=now,
            gap=gap.length,
            rule=gap.rule,
            robots=robots,
        )

    def ended(self, number: int, visit: Visit, host: Host) -> None:
        """A request came to its end, after which the host stands like this."""
        self.database.execute(
            """UPDATE requests SET started = ?, ended = ?, status = ?, word = ?, bytes = ?,
               retry_after = ? WHERE number = ?""",
            (
                visit.started,
                visit.ended,
                visit.status,
                "" if visit.status else visit.word,
                visit.size,
                visit.retry_after,
                number,
            ),
        )
        self.database.execute(
            """INSERT INTO hosts (name, ended, streak, retry_after) VALUES (?, ?, ?, ?)
               ON CONFLICT DO UPDATE SET ended = excluded.ended, streak = excluded.streak,
               retry_after = excluded.retry_after""",
            (host.name, host.ended, host.streak, host.retry_after),
        )

    def tries(self, kind: str, url: str, since: int) -> int:
        """How often an address was asked since a moment, interrupted requests apart."""
        query = """SELECT count(*) FROM requests WHERE url = ? AND kind = ? AND started >= ?
                   AND word != 'interrupted'"""
        count: int = self.database.execute(query, (url, kind, since)).fetchone()[0]
        return count

    def witness(self, besides: Container[str] = ()) -> str | None:
        """The latest address that was answered, these hosts apart; None where none ever was."""
        query = "SELECT url, host FROM requests WHERE status > 0 ORDER BY number DESC"
        rows = self.database.execute(query)
        return next((url for url, host in rows if host not in besides), None)

    def host(self, name: str) -> Host:
        """What is known of a host from earlier runs; its crawl delay is in its robots.txt."""
        query = "SELECT name, ended, streak, retry_after FROM hosts WHERE name = ?"
        return Host(*self.database.execute(query, (name,)).fetchone() or (name,))

    def robots(self, host: str) -> Snapshot | None:
        """The robots.txt in force on a host."""
        query = f"SELECT {SNAPSHOT} WHERE number = (SELECT robots FROM hosts WHERE name = ?)"  # noqa: S608  # names of our own
        row = self.database.execute(query, (host,)).fetchone()
        return Snapshot(*row) if row else None

    def robots_text(self, number: int) -> bytes:
        """What a robots.txt says, byte by byte."""
        query = "SELECT text FROM robots WHERE number = ?"
        text: bytes = self.database.execute(query, (number,)).fetchone()[0]
        return text

    def note_robots(self, host: str, read: int, verdict: str, word: str, text: bytes) -> Snapshot:
        """A robots.txt was read, or could not be; it is in force from now on."""
        digest = sha256(text)
        number = insert(
            self.database,
            "robots",
            host=host,
            read=read,
            verdict=verdict,
            word=word,
            digest=digest,
            text=text,
        )
        self.database.execute("UPDATE hosts SET robots = ? WHERE name = ?", (number, host))
        return Snapshot(number, host, read, verdict, word, digest)

    # For those who prove politeness.

    def requests(self, order: str = "requests.number") -> Iterator[Request]:
        """Every request, in the order in which they were meant, or in another."""
        query = f"""SELECT requests.*, coalesce(robots.digest, '') FROM requests
                    LEFT JOIN robots ON robots.number = requests.robots ORDER BY {order}"""  # noqa: S608  # from our own code
        return (Request(*row) for row in self.database.execute(query))

    def runs(self) -> list[Run]:
        """Every process that worked on this crawl."""
        query = "SELECT number, begun, user_agent, delay FROM runs ORDER BY number"
        return [Run(*row) for row in self.database.execute(query).fetchall()]

    def all_robots(self) -> Iterator[Snapshot]:
        """Every robots.txt that was read, or could not be."""
        return (Snapshot(*row) for row in self.database.execute(f"SELECT {SNAPSHOT}"))  # as above

    def totals(self) -> tuple[int, int, int]:
        """How many requests there were, to how many hosts, and how many of them for robots.txt."""
        query = """SELECT count(*), count(DISTINCT host), count(*) FILTER (WHERE kind = 'robots')
                   FROM requests"""
        requests, hosts, robots = self.database.execute(query).fetchone()
        return requests, hosts, robots
