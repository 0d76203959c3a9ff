"""Forgetting: images leave a crawl for good, with their files, and their rows say so."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from crawler.config import CrawlConfig, Source
from crawler.errors import CrawlerError
from crawler.files import stage_folder
from crawler.forgotten import Target
from crawler.ledger import Ledger
from crawler.limits import Limits
from crawler.results import write_results
from crawler.scope import scopes_of


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
        return write_results(ledger, scopes_of(config, sources), out, limits)


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
