"""The crawl as a stage: from a configuration to a folder with a manifest, resumed and refreshed."""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from crawler.assembly import Assembly, assemble, open_run, settings
from crawler.budget import most_of
from crawler.clock import Clock
from crawler.config import CrawlConfig, Source
from crawler.errors import CrawlerError
from crawler.events import Event, PageBare, PageRead, RequestEnded
from crawler.files import StageFolder, sha256_of, stage_folder, sweep, versions
from crawler.ledger import Ledger
from crawler.limits import Limits
from crawler.manifest import IMAGES
from crawler.outcome import CAUSES
from crawler.rejudge import failed
from crawler.results import write_results
from crawler.scope import scopes_of
from crawler.url import host

log = logging.getLogger(__name__)

POLITE = 1.0  # seconds; a shorter delay is for hosts of one's own

BARE = (
    "%s shows no image without JavaScript, which is not run here; where you can get the addresses "
    'of the images (an export, an API), give them as a list: a source with list = "urls.csv"'
)

Watch = Callable[[Iterator[Event]], Iterator[Event]]

LIBRARIES = ("deeprunning", "requests", "urllib3", "beautifulsoup4", "protego", "ada-url", "pillow")


def run(
    config: CrawlConfig,
    sources: Sequence[Source],
    out: Path,
    *,
    refresh: bool = False,
    retry: str = "",
    watch: Watch = iter,
) -> Path:
    """Crawl the sources into the folder `out`; return the path of its manifest.csv.

    Finished, it does nothing, or with `refresh` begins the next crawl; unfinished, it goes on; with
    another configuration or list it goes on with that. `retry` asks once more what failed, for any
    cause ("failed") or for one of them. Raises CrawlerError, FolderBusyError.
    """
    _check_retry(retry, refresh=refresh)
    with stage_folder(out) as folder, _ledger_of(folder) as ledger:
        record, known = _record(config, sources), folder.record or {}
        is_same = all(known.get(key) == record[key] for key in ("config", "inputs"))
        is_there = ledger.finished and (out / "manifest.csv").exists()
        again = failed(ledger, scopes_of(config, sources), retry) if retry else ()
        if refresh or again or not (is_same and is_there):
            clock = Clock(ledger.latest_time())
            sweep(out / IMAGES)
            open_run(ledger, config, sources, clock(), refresh=refresh, again=again)
            folder.write(record | {"finished": False})
            if not _crawl(config, sources, ledger, clock, watch, out=out):
                return out / "manifest.csv"
            folder.write(record | {"finished": True})
            with ledger.transaction():  # last: until then the same command goes through it again
                ledger.finish(clock())
        else:
            log.info("%s was finished before; --refresh asks what has changed since", out)
    return out / "manifest.csv"


def _check_retry(retry: str, *, refresh: bool) -> None:
    if retry not in {"", *CAUSES}:
        raise ValueError(f"retry must be one of {', '.join(CAUSES)}, got {retry!r}")
    if retry and refresh:
        raise ValueError("refresh asks everything again, retry what failed; choose one")


def _ledger_of(folder: StageFolder) -> Ledger:
    """The ledger in a folder of ours; raises CrawlerError where another stage works there."""
    stage = (folder.record or {}).get("stage", "crawl")
    if stage != "crawl":
        raise CrawlerError(f"{folder.path} belongs to the stage {stage}; choose another --out")
    return Ledger(folder.path / "crawl.sqlite")


def _record(config: CrawlConfig, sources: Sequence[Source]) -> dict[str, Any]:
    """What stage.json says, but for whether the crawl is finished."""
    lists = [Path(source.list) for source in sources if source.list]
    return {
        "stage": "crawl",
        "config": settings(config, sources),
        "inputs": {path.as_posix(): sha256_of(path) for path in lists if path.is_file()},
        "versions": versions(*LIBRARIES),
        "result": "manifest.csv",
    }


def _crawl(
    config: CrawlConfig,
    sources: Sequence[Source],
    ledger: Ledger,
    clock: Clock,
    watch: Watch,
    *,
    out: Path,
) -> bool:
    """Crawl and write the tables; return whether nothing is left to ask."""
    scopes = scopes_of(config, sources)
    limits = Limits(config.max_bytes, config.max_pixels, config.min_side)
    try:
        ready = assemble(config, scopes, ledger, clock, folder=out, most=most_of(config))
        with closing(ready.crawl.events()) as events:
            for _ in watch(_warned(events, config)):
                pass
        _tell(ledger, ready)
        write_results(ledger, scopes, out, limits)
    except KeyboardInterrupt:
        write_results(ledger, scopes, out, limits)  # of what is known
        raise
    _require_a_seed(ledger, ready, clock())
    return ready.crawl.paused is None


def _warned(events: Iterator[Event], config: CrawlConfig) -> Iterator[Event]:
    """The same events, with warnings.

    Once of a public host asked too often, of each page cut, and once a host of pages that show
    nothing without their scripts.
    """
    bare: set[str] = set()  # hosts
    own = {name.strip("[]").lower() for name in config.allow_private}
    is_said = config.delay >= POLITE
    for event in events:
        if not is_said and isinstance(event, RequestEnded) and event.http_status:
            name = event.host.rpartition(":")[0]
            is_said = name.strip("[]") not in own
            if is_said:
                log.warning("delay is %g s; %s is better asked once a second", config.delay, name)
        if isinstance(event, PageRead) and event.cut:
            log.warning("%s holds more than is read of one; the rest was left out", event.url)
        if isinstance(event, PageBare) and host(event.url) not in bare:
            bare.add(host(event.url))
            log.warning(BARE, event.url)
        yield event


def _require_a_seed(ledger: Ledger, ready: Assembly, now: int) -> None:
    """Raises CrawlerError where no seed could be fetched; the next run asks them all again."""
    failure = ready.failure()
    if failure:
        with ledger.transaction():
            ledger.start_over(now)
        raise CrawlerError(failure)


def _tell(ledger: Ledger, ready: Assembly) -> None:
    """Say, here and in the ledger, what ended the crawl before it had asked everything."""
    with ledger.transaction():
        exhausted = sorted(ready.frontier.exhausted())
        ledger.note_exhausted(exhausted)
    for budget in exhausted:
        log.warning("%s", budget.sentence)
    if ready.pause():
        log.warning("%s; the same command goes on from here", ready.pause())
