"""The stages as Prefect tasks: each runs one, shows its result in the pages, and returns a path.

The truth is on disk: a task that runs again finds its stage finished, or resumes it, so Prefect
is to cache and to store nothing.
"""

from collections.abc import Sequence
from pathlib import Path

from prefect import task
from prefect.cache_policies import NO_CACHE

import crawler
import dataset
import nn
from flows import artifacts, report
from flows.progress import logged


@task(cache_policy=NO_CACHE, task_run_name="crawl")
def crawl(config: crawler.CrawlConfig, sources: Sequence[crawler.Source], out: Path) -> Path:
    """Crawl, or go on crawling, or ask what has changed; return the path of the manifest."""
    manifest = crawler.run(config, sources, out, refresh=True, watch=logged("crawl"))
    artifacts.show_crawl(out)
    return manifest


@task(cache_policy=NO_CACHE, task_run_name="dataset")
def make_dataset(config: dataset.DatasetConfig, manifest: Path, out: Path) -> Path:
    """Make a snapshot of what the crawl has; return the path of its dataset.json."""
    snapshot = dataset.run(config, [manifest], out, watch=logged("dataset"))
    artifacts.show_dataset(out)
    return snapshot


@task(cache_policy=NO_CACHE, task_run_name="train")
def train(config: nn.TrainConfig, snapshot: Path, out: Path) -> Path:
    """Train, or go on training; where images or config are new, from the start."""
    model = nn.run(config, snapshot, out, restart=True, watch=logged("train"))
    artifacts.show_model(out)
    return model


@task(cache_policy=NO_CACHE, task_run_name="report")
def write_report(out: Path) -> Path:
    """Write one page about all stages; return its path."""
    return report.write(out)
