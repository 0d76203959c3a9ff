"""The configuration of the whole pipeline: one TOML file, one table a stage."""

from dataclasses import dataclass
from pathlib import Path

from crawler import CrawlConfig, Source
from crawler import settings as crawling
from crawler.command import UsageError, make_config, table_of
from dataset import DatasetConfig
from nn import TrainConfig
from nn import settings as training


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
    crawl, sources = crawling.read_settings(path)
    crawling.check(crawl, sources)
    train = make_config(TrainConfig, training.read_settings(path))
    try:
        dataset = make_config(DatasetConfig, table_of(path, "dataset"))
    except UsageError as error:
        raise UsageError(f"{path}: {error}") from error
    return Plan(crawl=crawl, sources=sources, dataset=dataset, train=train)
