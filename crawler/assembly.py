"""Puts a crawl together from its parts, for the stage and for a look around before it."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from crawler.answers import Answers
from crawler.clock import Clock
from crawler.config import CrawlConfig, Source
from crawler.crawl import Crawl
from crawler.dispatch import Dispatch
from crawler.fetch import Fetcher
from crawler.files import canonical_json
from crawler.frontier import Frontier
from crawler.ledger import Ledger
from crawler.lists import read_list
from crawler.permission.robots import names_of, product_token
from crawler.rejudge import Address, outdated
from crawler.scope import Scope
from crawler.traps import Traps
from crawler.visitor import Visitor
from crawler.wanted import Wanted


@dataclass(frozen=True, slots=True)
class Assembly:
    """A crawl that is ready to go, and the parts of it that are asked afterwards."""

    crawl: Crawl
    frontier: Frontier
    wanted: Wanted

    def failure(self) -> str:
        """Why no seed could be fetched; "" where one was, or where there is hope or a list."""
        scopes = self.frontier.scopes
        has_pages = any(True for scope in scopes for _ in self.frontier.pages(scope))
        if self.crawl.paused or has_pages or any(scope.source.list for scope in scopes):
            return ""
        kind, seed = next((start for scope in scopes for start in scope.starts()), ("", ""))
        outcome = self.frontier.known.outcome(kind, seed)
        if outcome is None:  # left out by exclude, or by a budget
            return ""
        reason = outcome.sentence or "its redirects lead to no page"
        return f"no seed could be fetched: {seed}: {reason}"

    def pause(self) -> str:
        """Who asks for too much patience, so that the crawl ended early; "" where nobody does."""
        paused = self.crawl.paused
        if paused is None:
            return ""
        if paused.offline:
            return f"no host could be reached for {paused.offline:.0f} s (is the network down?)"
        host, seconds, rule = paused.hosts[0]
        return (
            f"{host} asks for patience for another {seconds:.0f} s ({rule}), longer than max_wait"
        )


def settings(config: CrawlConfig, sources: Sequence[Source]) -> dict[str, Any]:
    """The configuration with its sources, in the plain values of JSON."""
    plain = asdict(config) | {"sources": [asdict(source) for source in sources]}
    as_read_back: dict[str, Any] = json.loads(canonical_json(plain))
    return as_read_back


def open_run(
    ledger: Ledger,
    config: CrawlConfig,
    sources: Sequence[Source],
    now: int,
    *,
    refresh: bool = False,
    again: Collection[Address] = (),
) -> None:
    """Begin a run in the ledger: of the first generation, of the next, or of the one there is.

    There, the addresses `again` are asked once more, and those that other settings decided.
    Raises ManifestError where a list cannot be read.
    """
    plain = settings(config, sources)
    lists = {
        number: read_list(Path(source.list)) for number, source in enumerate(sources) if source.list
    }
    with ledger.transaction():
        if ledger.generation == 0 or (ledger.finished and refresh):
            ledger.begin_generation(now)
        elif asked_again := {*again, *outdated(ledger, ledger.last_settings(), plain)}:
            ledger.ask_again(asked_again, now)
        ledger.finish(None)
        ledger.begin_run(now, config.user_agent, config.delay, canonical_json(plain))
        ledger.note_exhausted(())
        ledger.web.note_lists(lists)


def assemble(
    config: CrawlConfig,
    scopes: Sequence[Scope],
    ledger: Ledger,
    clock: Clock,
    *,
    folder: Path | None,
    most: Mapping[str, int],
    deepest: int | None = None,
) -> Assembly:
    """The crawl of a run that was opened, its frontier computed.

    `folder` for images, or None; `most` addresses of each kind in a budget; `deepest` links from
    a seed, or None for any depth.
    """
    traps = Traps(ledger.database, config)
    wanted = Wanted(ledger.database, most, traps.closed)
    frontier = Frontier(
        ledger, scopes, wanted, since=ledger.generation, deepest=deepest, traps=traps
    )
    fetcher = Fetcher(
        config.user_agent,
        deadline=config.deadline,
        allow_private=config.allow_private,
        ca_file=config.ca_file,
    )
    answers = Answers(ledger, frontier, folder)
    crawl = Crawl(
        ledger,
        Dispatch(config, ledger, wanted, answers, clock),
        visit=_visitor(config, scopes, fetcher, clock, folder),
        hang_up=fetcher.close,
        clock=clock,
        max_wait=config.max_wait,
    )
    with ledger.transaction():
        frontier.begin()
    return Assembly(crawl, frontier, wanted)


def _visitor(
    config: CrawlConfig,
    scopes: Sequence[Scope],
    fetcher: Fetcher,
    clock: Clock,
    folder: Path | None,
) -> Visitor:
    return Visitor(
        get=fetcher.get,
        clock=clock,
        folder=folder,
        views=list(dict.fromkeys(scope.view for scope in scopes)),
        max_bytes=config.max_bytes,
        max_pixels=config.max_pixels,
        min_side=config.min_side,
        names=names_of(product_token(config.user_agent)),
    )
