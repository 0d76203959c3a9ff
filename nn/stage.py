"""The training stage: a snapshot in; a model, and all there is to tell about it, out.

    >>> run(TrainConfig(epochs=20), Path("dataset/dataset.json"), Path("model"))  # doctest: +SKIP
    PosixPath('model/model.safetensors')

Every epoch ends with a checkpoint, and nothing but the end of the last touches the files of an
older model.
"""

import logging
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from crawler.files import replacing, sweep
from dataset.store import open_dataset
from nn.architecture import Spec, expand
from nn.config import TrainConfig
from nn.errors import NNError
from nn.evaluation.evaluate import Evaluation, evaluate
from nn.files.checkpoint import Checkpoint, resume
from nn.files.identity import identity
from nn.files.modelfile import ModelFile, Preprocessing, read_model
from nn.files.record import claimed, software
from nn.predict import load_classifier
from nn.reporting.outcome import Outcome, judge
from nn.source import DataError, Source, begin, source
from nn.training.epoch import EpochRow
from nn.training.train import Training
from nn.views import ManyViews

Watch = Callable[[Iterator[EpochRow]], Iterator[EpochRow]]

log = logging.getLogger(__name__)

STAGE = "train"
MODEL = "model.safetensors"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    """One training: what goes in, and the folder that everything goes to."""

    config: TrainConfig
    spec: Spec
    source: Source
    out: Path

    @property
    def identity(self) -> dict[str, Any]:
        return identity(self.config, self.spec, self.source.inputs)

    @property
    def checkpoint(self) -> Path:
        return self.out / "checkpoint.safetensors"


def run(
    config: TrainConfig,
    dataset: Path,
    out: Path,
    *,
    start: Path | None = None,
    restart: bool = False,
    watch: Watch = iter,
) -> Path:
    """Train on a dataset.json, into the folder `out`; return the path of its model.safetensors.

    Run again, it goes on where it was stopped and ends in the same bytes; finished, it does
    nothing. Another config, snapshot or `start`, the model.safetensors to start from, is refused
    unless `restart`; the old model then stays in place until the new one is complete. `watch` may
    wrap the epochs to show them. Raises NNError, DatasetError.
    """
    return train(config, source(dataset, start), out, restart=restart, watch=watch)


def train(
    config: TrainConfig, source: Source, out: Path, *, restart: bool = False, watch: Watch = iter
) -> Path:
    """The same on what is opened already."""
    spec = expand(config.model, classes=len(source.snapshot.classes))
    this = _Run(config=config, spec=spec, source=source, out=out)
    with claimed(out, this.identity, stage=STAGE, result=MODEL, restart=restart) as claim:
        if not claim.is_finished or not _is_whole(out / MODEL):
            sweep(out)
            claim.begin()
            _publish(this, _train(this, watch, restart=restart))
            claim.finish()
    return out / MODEL


def evaluate_model(
    model: Path, dataset: Path, *, split: str = "test", views: str = "centre"
) -> Evaluation:
    """Judge a model file on one split of a dataset.json; raises NNError, DatasetError.

    `views` is one of nn.views.VIEWS.
    """
    snapshot = open_dataset(dataset)
    classifier = load_classifier(model, partial(ManyViews, views=views))
    if classifier.classes != snapshot.classes:
        raise DataError(
            f"{model} knows the classes {', '.join(classifier.classes)}, "
            f"but {dataset} has {', '.join(snapshot.classes)}"
        )
    if classifier.preprocessing.stored != snapshot.stored:
        raise DataError(
            f"{model} reads images of {classifier.preprocessing.stored} pixels, "
            f"but {dataset} stores {snapshot.stored}"
        )
    return evaluate(classifier, snapshot.split(split))


def _is_whole(path: Path) -> bool:
    """Whether a model file is there, with every byte as it was written."""
    try:
        read_model(path)
    except (NNError, OSError):
        return False
    return True


def _train(this: _Run, watch: Watch, *, restart: bool) -> Outcome:
    """Train from the run's last checkpoint, if there is one, to the end, and judge the result."""
    training = begin(this.config, this.spec, this.source.snapshot, this.source.start)
    history = resume(training, this.checkpoint, this.identity, restart=restart)
    deque(watch(_epochs(this, training, history)), maxlen=0)
    if training.has_settled:
        log.info("ended after epoch %d: the best was epoch %d", training.epoch, training.best_epoch)
    return _outcome(this, training, tuple(history))


def _epochs(this: _Run, training: Training, history: list[EpochRow]) -> Iterator[EpochRow]:
    """The epochs to come, each with its checkpoint on disk before it is told of."""
    for row in training.epochs():
        history.append(row)
        arrays, facts = training.state()
        state = Checkpoint(
            run=this.identity,
            arrays=arrays,
            facts=facts,
            history=tuple(history),
            diagnosis=tuple(training.diagnosis),
        )
        with replacing(this.checkpoint) as part:
            part.write_bytes(state.encode())
        yield row


def _outcome(this: _Run, training: Training, history: tuple[EpochRow, ...]) -> Outcome:
    """The model of the best epoch, and what is to be told about it."""
    snapshot = this.source.snapshot
    model = ModelFile(
        architecture=this.spec,
        classes=snapshot.classes,
        preprocessing=Preprocessing(
            size=snapshot.size,
            stored=snapshot.stored,
            mean=snapshot.mean,
            std=snapshot.std,
            crop=snapshot.crop,
            background=snapshot.background,
        ),
        dataset=snapshot.id,
        metrics={"best_epoch": training.best_epoch},
        versions=software(),
        weights=training.best,
    )
    rows = tuple(training.diagnosis)
    return judge(model, this.identity["config"], history, snapshot.splits, diagnosis=rows)


def _publish(this: _Run, outcome: Outcome) -> None:
    """Put every file in place, each whole; the model last."""
    from nn.reporting.report import (
        SHOWN,  # late: pictures and pages need much that training does not
    )
    from nn.reporting.results import results

    mistakes = this.source.snapshot.split("test").images(outcome.test.mistakes(SHOWN))
    for name, body in results(outcome, mistakes):
        with replacing(this.out / name) as part:
            part.write_bytes(body)
