"""The tables that a crawl leaves for everyone: manifest, references, requests, changes."""

import logging
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from crawler.clock import SECOND, written
from crawler.label import alike
from crawler.ledger import Ledger
from crawler.limits import Limits
from crawler.manifest import IMAGES, FoundRow, ImageRow, Status, write_table
from crawler.scope import Scope
from crawler.survey import ALL_TAKEN, Survey

log = logging.getLogger(__name__)

TABLES = """
DROP TABLE IF EXISTS temp.before;
DROP TABLE IF EXISTS temp.now;
CREATE TEMP TABLE before (url TEXT PRIMARY KEY, sha256 TEXT NOT NULL) WITHOUT ROWID;
CREATE TEMP TABLE now (url TEXT PRIMARY KEY, sha256 TEXT NOT NULL) WITHOUT ROWID;
"""
COMPARED = """
SELECT url, coalesce(before.sha256, ''), coalesce(now.sha256, '')
FROM (SELECT url FROM before UNION SELECT url FROM now)
LEFT JOIN before USING (url) LEFT JOIN now USING (url) ORDER BY url
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestRow:
    """One HTTP request: a row of requests.csv. Moments are ISO 8601, UTC, to the microsecond."""

    number: int
    host: str
    url: str
    kind: str  # robots, tdmrep, sitemap, page, image
    start: str
    end: str
    status: int  # 0 where there was no answer
    error: str  # why there was none, one word
    bytes: int  # of the body, decoded from the transfer
    delay: str  # seconds that had to pass since the end of the request before to this host
    rule: str  # that asked for so much: config, crawl-delay, retry-after, backoff
    robots: str  # SHA-256 of the robots.txt that allowed it; empty for robots.txt itself


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRow:
    """What a refresh found of an image that is usable now or was before: a row of changes.csv."""

    url: str
    change: str  # new, changed, unchanged, gone
    sha256_before: str
    sha256: str


def write_results(
    ledger: Ledger, scopes: Sequence[Scope], out: Path, limits: Limits = ALL_TAKEN
) -> Path:
    """Write all tables, the manifest last; remove what it no longer names; return its path."""
    write = partial(write_table, parts=out / IMAGES)
    write(out / "requests.csv", RequestRow, request_rows(ledger))
    if ledger.generation > 1:
        write(out / "changes.csv", ChangeRow, change_rows(ledger, scopes, limits))
    survey = Survey(ledger, scopes, limits)
    write(out / "found.csv", FoundRow, survey.found())
    tally = Tally()
    write(out / "manifest.csv", ImageRow, tally.counted(survey.images()))
    survey.named.keep_only(out / IMAGES)
    for group in alike(survey.labels()):
        log.warning(
            "these labels are classes of their own, though much alike: %s", " | ".join(group)
        )
    tally.tell()
    return out / "manifest.csv"


class Tally:
    """What a manifest comes to."""

    def __init__(self) -> None:
        self._rows: Counter[Status] = Counter()
        self._nameless = 0  # usable, but without a label

    def counted(self, rows: Iterator[ImageRow]) -> Iterator[ImageRow]:
        """The rows as they come."""
        for row in rows:
            self._rows[row.status] += 1
            self._nameless += not row.label and row.status in {Status.OK, Status.DUPLICATE}
            yield row

    def tell(self) -> None:
        """Say it in the log."""
        counts = ", ".join(f"{count:,} {status}" for status, count in sorted(self._rows.items()))
        log.info("in the manifest: %s", counts or "no image")
        if self._nameless:
            log.warning(
                "%d images have no label, so that no dataset takes them in; see label and "
                "label_pattern",
                self._nameless,
            )


def request_rows(ledger: Ledger) -> Iterator[RequestRow]:
    """Every request, in the order in which they were meant."""
    for request in ledger.traffic.requests():
        yield RequestRow(
            number=request.number,
            host=request.host,
            url=request.url,
            kind=request.kind,
            start=written(request.started),
            end=written(request.ended),
            status=request.status,
            error=request.word,
            bytes=request.bytes,
            delay=f"{request.gap / SECOND:.6f}",
            rule=request.rule,
            robots=request.digest,
        )


def change_rows(
    ledger: Ledger, scopes: Sequence[Scope], limits: Limits = ALL_TAKEN
) -> Iterator[ChangeRow]:
    """This generation compared with the one before."""
    ledger.database.executescript(TABLES)
    for table, upto in ("before", ledger.generation - 1), ("now", ledger.generation):
        rows = _usable(Survey(ledger, scopes, limits, upto))
        ledger.database.executemany(f"INSERT INTO temp.{table} VALUES (?, ?)", rows)  # noqa: S608  # our own names
    for url, old, new in ledger.database.execute(COMPARED):
        yield ChangeRow(url=url, change=_change(old, new), sha256_before=old, sha256=new)


def _usable(survey: Survey) -> Iterator[tuple[str, str]]:
    """URL and content of the images that are there."""
    usable = {Status.OK, Status.DUPLICATE}
    return ((row.url, row.sha256) for row in survey.images() if row.status in usable)


def _change(old: str, new: str) -> str:
    if old == new:
        return "unchanged"
    return "changed" if old and new else "new" if new else "gone"
