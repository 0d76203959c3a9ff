"""A look around before a crawl: what the seeds show, and how long it will take. Leaves no trace."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from typing import NamedTuple

from crawler.assembly import assemble, open_run
from crawler.budget import Budget, most_of
from crawler.clock import SECOND, Clock
from crawler.config import CrawlConfig, Source
from crawler.errors import CrawlerError
from crawler.frontier import Frontier
from crawler.ledger import Ledger
from crawler.permission.permits import Permits
from crawler.politeness import Schedule
from crawler.scope import scopes_of
from crawler.url import host
from crawler.wanted import Want, Wanted

EACH = 0.2  # MB of an image, about: a photo 512 to 1024 pixels wide


class Line(NamedTuple):
    """What one host would be asked for, for one label of a source."""

    source: int
    label: str
    kind: str  # page or image
    host: str


def look_around(config: CrawlConfig, sources: Sequence[Source]) -> str:
    """Read robots.txt and the seeds, nothing else; return what a crawl would ask, as a table.

    Raises CrawlerError where no seed can be fetched.
    """
    most = most_of(config)
    with Ledger(":memory:") as ledger:
        clock, scopes = Clock(), scopes_of(config, sources)
        open_run(ledger, config, sources, clock(), refresh=False)
        only_seeds = {**most, "image": 0}
        ready = assemble(config, scopes, ledger, clock, folder=None, most=only_seeds, deepest=0)
        with closing(ready.crawl.events()) as events:
            for _ in events:
                pass
        if ready.failure():
            raise CrawlerError(ready.failure())
        wanted = Wanted(ledger.database, {})
        Frontier(ledger, scopes, wanted).begin()
        permits = Permits(ledger, config.user_agent)
        counts, denied = _counted(_afforded(wanted.all(), most), permits, clock())
        pace = {line.host: _pace(config, permits, line.host) for line in counts}
        summary = _summary(config, sources, counts, pace, denied)
        return "\n".join([*_table(counts, pace), *summary, *filter(None, [ready.pause()])])


def _afforded(wants: Iterable[Want], most: Mapping[str, int]) -> Iterator[Want]:
    """Those that are within the budgets, of which the targets of redirects cost nothing."""
    spent: Counter[Budget] = Counter()
    for want in wants:
        budget = Budget(want.kind, want.source, want.label)
        spent[budget] += not want.hops
        if spent[budget] <= most[want.kind]:
            yield want


def _counted(wants: Iterable[Want], permits: Permits, now: int) -> tuple[Counter[Line], int]:
    """How many addresses each line has, and how many robots.txt forbids as far as it is known."""
    counts: Counter[Line] = Counter()
    denied = 0
    for want in wants:
        snapshot = permits.in_force(host(want.url), now)
        if snapshot and permits.refusal(snapshot, want.kind, want.url):
            denied += 1
        else:
            counts[Line(want.source, want.label, want.kind, host(want.url))] += 1
    return counts, denied


def _pace(config: CrawlConfig, permits: Permits, name: str) -> float:
    """Seconds from one request to the next, the answer's own time apart."""
    schedule = Schedule(config.delay)
    schedule.host(name).crawl_delay = permits.crawl_delay(name)
    return schedule.gap(name).length / SECOND


def _table(counts: Counter[Line], pace: dict[str, float]) -> list[str]:
    header = ("source", "label", "kind", "host", "known", "hours")
    rows = [
        (*map(str, line), str(count), f"{count * pace[line.host] / 3600:.2f}")
        for line, count in sorted(counts.items())
    ]
    widths = [max(map(len, column)) for column in zip(header, *rows, strict=True)]
    return [
        "  ".join(word.ljust(width) for word, width in zip(row, widths, strict=True)).rstrip()
        for row in (header, *rows)
    ]


def _summary(
    config: CrawlConfig,
    sources: Sequence[Source],
    counts: Counter[Line],
    pace: dict[str, float],
    denied: int,
) -> list[str]:
    of_host: Counter[str] = Counter()
    for line, count in counts.items():
        of_host[line.host] += count
    least = max((count * pace[name] for name, count in of_host.items()), default=0.0)
    with_pages = [source for source in sources if not source.list]
    budget = len(with_pages) * (config.max_pages + config.max_images)
    most = max(least, budget * max(pace.values(), default=config.delay))
    hours = (
        f"at {config.delay:g} s a request: {least / 3600:.2f} hours for what is known now, "
        f"at most {most / 3600:.2f} until the budgets are spent (one label a source, one host)"
    )
    return [
        *_images(counts, len(with_pages) * config.max_images),
        f"forbidden by robots.txt: {denied}",
        hours,
    ]


def _images(counts: Counter[Line], budget: int) -> list[str]:
    """How many images each label has, and what room they take."""
    of_label: Counter[str] = Counter()
    for line, count in counts.items():
        if line.kind == "image":
            of_label[line.label] += count
    known = sum(of_label.values())
    named = (f"{count} {label or 'without a label'}" for label, count in sorted(of_label.items()))
    disk = (
        f"disk: about {known * EACH:.0f} MB for them, at most {max(known, budget) * EACH:.0f} MB "
        f"until the budgets are spent (at {EACH} MB an image, one label a source)"
    )
    return [f"images known now: {', '.join(named) or 'none'}", disk]
