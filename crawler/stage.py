"""The crawl as a stage: from a configuration to a folder with a manifest, resumed and refreshed."""

import json
import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Any

from crawler.answers import Answers
from crawler.clock import Clock
from crawler.config import CrawlConfig, Source
from crawler.crawl import Crawl
from crawler.errors import CrawlerError
from crawler.events import Event, Waiting
from crawler.fetch import Fetcher
from crawler.files import canonical_json, sha256_of, stage_folder, sweep, versions
from crawler.frontier import Frontier
from crawler.ledger import Ledger
from crawler.lists import read_list
from crawler.results import write_results
from crawler.scope import Scope, scopes_of
from crawler.visit import Visitor
from crawler.wanted import Budget, Wanted

log = logging.getLogger(__name__)

Watch = Callable[[Iterator[Event]], Iterator[Event]]

LIBRARIES = ("deeprunning", "requests", "urllib3", "beautifulsoup4", "protego", "ada-url", "pillow")


def run(
    config: CrawlConfig,
    sources: Sequence[Source],
    out: Path,
    *,
    refresh: bool = False,
    watch: Watch = iter,
) -> Path:
    """Crawl the sources into the folder `out`; return the path of its manifest.csv.

    Finished, it does nothing, or with `refresh` begins the next crawl; unfinished, it goes on; with
    another configuration or list it goes on with that. Raises CrawlerError, FolderBusyError.
    """
    with stage_folder(out) as folder, Ledger(out / "crawl.sqlite") as ledger:
        record = _record(config, sources)
        known = folder.record or {}
        is_same = all(known.get(key) == record[key] for key in ("config", "inputs"))
        if not ledger.finished or refresh or not is_same:
            clock = Clock(ledger.latest_time())
            sweep(out / "images")
            _open(ledger, record, sources, clock(), refresh=refresh)
            folder.write(record | {"finished": False})
            if not _crawl(config, scopes_of(config, sources), ledger, clock, out, watch):
                return out / "manifest.csv"
            folder.write(record | {"finished": True})
            with ledger.transaction():  # last: before it, the same command does it all again
                ledger.finish(clock())
        folder.write(record | {"finished": True})
    return out / "manifest.csv"


def _record(config: CrawlConfig, sources: Sequence[Source]) -> dict[str, Any]:
    """What stage.json says, but for whether the crawl is finished."""
    lists = [Path(source.list) for source in sources if source.list]
    record = {
        "stage": "crawl",
        "config": asdict(config) | {"sources": [asdict(source) for source in sources]},
        "inputs": {path.as_posix(): sha256_of(path) for path in lists if path.is_file()},
        "versions": versions(*LIBRARIES),
        "result": "manifest.csv",
    }
    as_read_back: dict[str, Any] = json.loads(canonical_json(record))
    return as_read_back


def _open(
    ledger: Ledger, record: dict[str, Any], sources: Sequence[Source], now: int, *, refresh: bool
) -> None:
    """Begin a run in the ledger: of the first generation, of the next, or of the one there is."""
    lists = {
        number: list(read_list(Path(source.list)))
        for number, source in enumerate(sources)
        if source.list
    }
    config = record["config"]
    with ledger.transaction():
        if ledger.generation == 0 or (ledger.finished and refresh):
            ledger.begin_generation(now)
        ledger.finish(None)
        ledger.begin_run(now, config["user_agent"], config["delay"], canonical_json(config))
        ledger.web.note_lists(lists)


def _crawl(
    config: CrawlConfig,
    scopes: Sequence[Scope],
    ledger: Ledger,
    clock: Clock,
    out: Path,
    watch: Watch,
) -> bool:
    """Crawl and write the tables; return whether nothing is left to ask."""
    most = {"page": config.max_pages, "image": config.max_images}
    wanted = Wanted(ledger.database, most)
    frontier = Frontier(ledger, scopes, wanted, since=ledger.generation)
    fetcher = Fetcher(
        config.user_agent, deadline=config.deadline, allow_private=config.allow_private
    )
    visitor = Visitor(
        get=fetcher.get,
        clock=clock,
        folder=out,
        views=list(dict.fromkeys(scope.view for scope in scopes)),
        max_bytes=config.max_bytes,
        max_pixels=config.max_pixels,
        min_side=config.min_side,
    )
    answers = Answers(ledger, frontier, out)
    crawl = Crawl(
        config, ledger, wanted, answers, visit=visitor, hang_up=fetcher.close, clock=clock
    )
    with ledger.transaction():
        frontier.begin()
    try:
        with closing(crawl.events()) as events:
            for _ in watch(events):
                pass
    except KeyboardInterrupt:
        write_results(ledger, scopes, out)
        raise
    _require_a_seed(ledger, scopes, frontier, clock())
    _tell(ledger, wanted.exhausted, crawl.paused)
    write_results(ledger, scopes, out)
    return crawl.paused is None


def _require_a_seed(ledger: Ledger, scopes: Sequence[Scope], frontier: Frontier, now: int) -> None:
    """Raises CrawlerError where there are seeds and none could be fetched; all is asked anew then."""
    seeds = [seed for scope in scopes for seed in scope.seeds]
    if not seeds or any(True for scope in scopes for _ in frontier.pages(scope)):
        return
    outcome = frontier.outcome("page", seeds[0])
    if outcome is None:  # a host asked for patience first
        return
    with ledger.transaction():
        ledger.start_over(now)
    reason = outcome.sentence or "its redirects lead to no page"
    raise CrawlerError(f"no seed could be fetched; of {seeds[0]} we know: {reason}")


def _tell(ledger: Ledger, exhausted: set[Budget], paused: Waiting | None) -> None:
    """Say what ended the crawl before it had asked everything."""
    with ledger.transaction():
        for budget in sorted(exhausted):
            ledger.exhausted(*budget)
            log.warning("%s", _sentence(budget))
    if paused is not None:
        host, seconds, rule = paused.hosts[0]
        log.warning(
            "%d hosts ask for patience, %s for another %.0f s (%s); the same command goes on then",
            paused.count,
            host,
            seconds,
            rule,
        )


def _sentence(budget: Budget) -> str:
    if budget.kind == "page":
        return f"source {budget.source} has more pages than max_pages; the rest is left out"
    label = f" of {budget.label}" if budget.label else ""
    return f"source {budget.source} has more images{label} than max_images; the rest is left out"
