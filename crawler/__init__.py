"""The polite crawler: from pages to images and a manifest that says where each came from."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from crawler.config import CrawlConfig, Source
from crawler.errors import CrawlerError
from crawler.manifest import FoundRow, ImageRow, Status, read_found, read_manifest

__all__ = [
    "CrawlConfig",
    "CrawlerError",
    "FoundRow",
    "ImageRow",
    "Source",
    "Status",
    "read_found",
    "read_manifest",
    "run",
]


def run(
    config: CrawlConfig,
    sources: Sequence[Source],
    out: Path,
    *,
    refresh: bool = False,
    retry: str = "",
    watch: Callable[[Iterator[Any]], Iterator[Any]] = iter,
) -> Path:
    """Crawl the sources into the folder `out`; return the path of its manifest.csv.

    Run again, it goes on where it was stopped; finished, it does nothing, or with `refresh` asks
    which pages and images have changed. `retry` asks once more what failed, for any cause
    ("failed") or for one: dns, tls, connect, timeout, http, redirect. `watch` may wrap the events
    of the crawl to show them.
    Raises CrawlerError when no seed could be fetched.
    """
    from crawler import stage  # late: a contract can be read without the network stack

    return stage.run(config, sources, out, refresh=refresh, retry=retry, watch=watch)
