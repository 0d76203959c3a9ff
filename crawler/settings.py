"""The [crawl] table of a configuration file: how to crawl, and the sources."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from crawler.command import UsageError, existing, make_config, table_of
from crawler.config import CrawlConfig, Source
from crawler.errors import CrawlerError


def read_settings(
    path: Path, flags: Mapping[str, Any] | None = None
) -> tuple[CrawlConfig, tuple[Source, ...]]:
    """The configuration, with flags over it, and its sources.

    Raises UsageError naming the file, and the value or key that is wrong with the nearest right
    one.
    """
    table = table_of(path, "crawl")
    sources = table.pop("sources", [])
    if not sources or not all(isinstance(source, dict) for source in sources):
        raise UsageError(f"{path}: nothing to crawl; add a table [[crawl.sources]] with seeds")
    try:
        config = make_config(CrawlConfig, _beside("ca_file", table, path), flags or {})
        return config, tuple(make_config(Source, _beside("list", each, path)) for each in sources)
    except UsageError as error:
        raise UsageError(f"{path}: {error}") from error


def check(config: CrawlConfig, sources: Sequence[Source]) -> None:
    """Raises UsageError for a selector that is none, and for a list that is not there."""
    from crawler.scope import scopes_of  # late: it knows how to parse pages

    try:
        scopes_of(config, sources)
    except CrawlerError as error:
        raise UsageError(str(error)) from error
    for source in sources:
        if source.list:
            existing(Path(source.list))


def _beside(key: str, table: dict[str, Any], path: Path) -> dict[str, Any]:
    """The table with the file it names under this key looked for beside the configuration."""
    name = table.get(key)
    return table | {key: str(path.parent / name)} if isinstance(name, str) and name else table
