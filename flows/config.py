"""The configuration of the whole pipeline: one TOML file, one table a stage."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crawler import CrawlConfig, Source
from crawler.command import UsageError, make_config, table_of
from dataset import DatasetConfig
from nn import TrainConfig


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What each stage is to do: the parameters of the flow, apart from the folder."""

    crawl: CrawlConfig
    sources: tuple[Source, ...]
    dataset: DatasetConfig
    train: TrainConfig


def read_plan(path: Path) -> Plan:
    """Read a file with the tables [crawl], [[crawl.sources]], [dataset] and [train].

    Raises UsageError naming the file and the value or key that is wrong, and the nearest key.
    """
    crawl, dataset, train = (table_of(path, name) for name in ("crawl", "dataset", "train"))
    try:
        return make_plan(crawl, dataset, train)
    except UsageError as error:
        raise UsageError(f"{path}: {error}") from error


def make_plan(
    crawl: Mapping[str, Any], dataset: Mapping[str, Any], train: Mapping[str, Any]
) -> Plan:
    """Build the plan from the three tables. Raises UsageError."""
    crawl = dict(crawl)
    sources = crawl.pop("sources", None)
    if not sources or not all(isinstance(source, dict) for source in sources):
        raise UsageError("nothing to crawl; add a table [[crawl.sources]] with seeds")
    return Plan(
        crawl=make_config(CrawlConfig, crawl),
        sources=tuple(make_config(Source, source) for source in sources),
        dataset=make_config(DatasetConfig, dataset),
        train=make_config(TrainConfig, train),
    )
