"""The pipeline as one Prefect flow, whose parameters are the configurations of the stages."""

import logging
from pathlib import Path
from typing import Any

from prefect import Flow, State, flow
from prefect.client.schemas.objects import FlowRun

from crawler import CrawlConfig, Source
from crawler.files import stage_folder
from dataset import DatasetConfig
from flows import logs, tasks
from nn import TrainConfig

log = logging.getLogger(__name__)


def tell(flow: Flow[..., Any], flow_run: FlowRun, state: State[Any]) -> None:
    """Say in one line why a scheduled run failed; a run from a command tells it itself."""
    if flow_run.deployment_id is not None:
        log.error("%s", state.message)


@flow(name="pipeline", flow_run_name="{out.name}", on_failure=[tell], on_crashed=[tell])
def pipeline(
    crawl: CrawlConfig,
    sources: tuple[Source, ...],
    dataset: DatasetConfig,
    train: TrainConfig,
    out: Path,
) -> Path:
    """Crawl, make the dataset, train and report in the folder `out`; return the model's path.

    A finished crawl is refreshed and an unfinished one resumed; a new dataset restarts the
    training, the old model staying in place until the new one is complete.
    """
    logs.follow()
    with stage_folder(out):
        manifest = tasks.crawl(crawl, sources, out / "crawl")
        snapshot = tasks.make_dataset(dataset, manifest, out / "dataset")
        model = tasks.train(train, snapshot, out / "model")
        page = tasks.write_report(out)
        log.info("report: %s", page)
        return model
