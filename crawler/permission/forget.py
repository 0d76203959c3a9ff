"""Forgetting: images leave a crawl for good, with their files, and their rows say so."""

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from crawler.config import CrawlConfig, Source
from crawler.errors import CrawlerError
from crawler.files import stage_folder
from crawler.ledger import Ledger
from crawler.limits import Limits
from crawler.manifest import Status, read_manifest
from crawler.permission.forgotten import Target
from crawler.results import write_results
from crawler.scope import scopes_of

log = logging.getLogger(__name__)


def forget(out: Path, targets: Sequence[Target]) -> Path:
    """Forget these in the crawl in the folder `out`; return the path of its manifest.csv.

    The wish is on disk before anything is removed: after a kill the next run goes on with it.
    Raises CrawlerError where nothing was crawled there, FolderBusyError.
    """
    with stage_folder(out), Ledger(out / "crawl.sqlite") as ledger:
        settings = ledger.last_settings()
        if not settings:
            raise CrawlerError(f"{out} has no crawl to forget anything of")
        with ledger.transaction():
            for target in targets:
                ledger.forgotten.add(target)
        config, sources = _read(settings)
        limits = Limits(config.max_bytes, config.max_pixels, config.min_side)
        before = _usable(out / "manifest.csv")
        manifest = write_results(ledger, scopes_of(config, sources), out, limits)
    _tell(before, _usable(manifest), out)
    return manifest


def _usable(manifest: Path) -> dict[str, str]:
    """The SHA-256 of each image that may be used, by its address."""
    rows = read_manifest(manifest) if manifest.exists() else ()
    return {row.url: row.sha256 for row in rows if row.status in {Status.OK, Status.DUPLICATE}}


def _tell(before: Mapping[str, str], after: Mapping[str, str], out: Path) -> None:
    """Say how much is gone, and whether the same can be had elsewhere in this crawl."""
    gone = before.keys() - after.keys()
    log.info("%d images that could be used before are forgotten", len(gone))
    if not gone:
        log.warning("nothing in %s has become unusable by this; no later crawl asks for it", out)
    for sha256 in sorted({before[url] for url in gone} & set(after.values())):
        log.warning("another address has the same bytes; forget these, too: %s", sha256)


def _read(settings: Mapping[str, Any]) -> tuple[CrawlConfig, list[Source]]:
    """The configuration of the latest run, as the ledger has it."""
    plain = {key: value for key, value in settings.items() if key != "sources"}
    sources = [Source(**_tuples(source)) for source in settings["sources"]]
    return CrawlConfig(**_tuples(plain)), sources


def _tuples(values: Mapping[str, Any]) -> dict[str, Any]:
    """JSON has lists where a config has tuples."""
    return {
        key: tuple(value) if isinstance(value, list) else value for key, value in values.items()
    }
