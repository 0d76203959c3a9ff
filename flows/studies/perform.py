"""Making a study: its runs one by one into results.csv, going on where it was stopped."""

import logging
import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import Any

import numpy as np

from crawler.files import FolderBusyError, StageFolder, replacing, stage_folder, sweep, versions
from flows.studies.config import StudyConfig
from flows.studies.errors import StudyError
from flows.studies.material import Material, material
from flows.studies.page import page
from flows.studies.results import RESULTS, Results, read_results, write_results
from flows.studies.study import Study
from nn.shards import one_blas_thread

log = logging.getLogger(__name__)

PAGE = "study.html"


def run(study: Study, config: StudyConfig, dataset: Path, out: Path) -> Path:
    """Make the runs that results.csv in the folder `out` has not; return the path of study.html.

    A run is in the table as soon as it is done, so that none is made twice. Runs are alike for any
    number of threads. Raises StudyError, DatasetError.
    """
    source = material(dataset)
    try:
        with stage_folder(out) as folder:
            sweep(out)
            record = _claimed(folder, study, config, source)
            folder.write(record | {"finished": False})
            runs = study.grid(quick=config.quick, seeds=config.seeds)
            _make(study, runs, source, config.threads, out)
            with replacing(out / PAGE) as part:
                part.write_text(page(study, made(study, out, record), source.id), "utf-8")
            folder.write(record | {"finished": True})
    except FolderBusyError as error:
        raise StudyError(str(error)) from error
    return out / PAGE


def made(study: Study, out: Path, record: Mapping[str, Any]) -> Results:
    """The rows that a record asks for, as they stand in results.csv.

    So they are the same after an interruption. Raises StudyError where one is missing.
    """
    known = {study.key(row): row for row in read_results(out / RESULTS, study.row)}
    runs = study.grid(**record["config"])
    try:
        return Results(tuple(known[study.key(run)] for run in runs))
    except KeyError:
        raise StudyError(f"{out / RESULTS} lacks runs; make the study {study.name} again") from None


def _claimed(
    folder: StageFolder, study: Study, config: StudyConfig, source: Material
) -> dict[str, Any]:
    """What the folder is for; raises StudyError where it is for something else already."""
    record = {
        "stage": "study",
        "study": study.name,
        "inputs": {"dataset": source.id},
        "config": {"seeds": config.seeds, "quick": config.quick},
        "result": RESULTS,
        "versions": versions("numpy"),
    }
    before = folder.record or record
    if any(before.get(key) != record[key] for key in ("stage", "study", "inputs")):
        raise StudyError(
            f"{folder.path} holds other work (another study, or one of another dataset); "
            "choose another --out"
        )
    return record


def _make(study: Study, runs: Sequence[Any], source: Material, threads: int, out: Path) -> None:
    """Make what is missing; the table is in the order of the runs, older ones of others last."""
    path = out / RESULTS
    rows = {study.key(row): row for row in read_results(path, study.row)}
    missing = [run for run in runs if study.key(run) not in rows]
    log.info("%s: %d runs, %d of them to be made", study.name, len(runs), len(missing))
    order = {study.key(run): number for number, run in enumerate(runs)}
    for count, row in enumerate(_measured(study, missing, source, threads), start=1):
        rows[study.key(row)] = row
        known = sorted(rows.values(), key=lambda row: order.get(study.key(row), len(order)))
        write_results(path, study.row, known)
        log.info("%d of %d: %s", count, len(missing), _named(study, row))


def _named(study: Study, row: Any) -> str:
    return ", ".join(f"{name} {getattr(row, name)}" for name in study.settings)


def _measured(study: Study, runs: Sequence[Any], source: Material, threads: int) -> Iterator[Any]:
    """The rows of runs, each as soon as it is done; those not begun are dropped on the way out."""

    def work(run: Any) -> Any:
        with np.errstate(all="ignore"):  # what diverges is a row, not a warning
            return study.measure(run, source)

    pool = ThreadPoolExecutor(threads or os.cpu_count() or 1, "study")
    with one_blas_thread(), pool:
        try:
            for done in as_completed([pool.submit(work, run) for run in runs]):
                yield done.result()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
