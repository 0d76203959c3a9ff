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
from pathlib import Path
from typing import Any

from crawler.files import replacing, sweep
from nn.architecture import Spec, expand
from nn.config import TrainConfig
from nn.files.checkpoint import Checkpoint, resume
from nn.files.identity import identity
from nn.files.modelfile import ModelFile, Preprocessing, is_whole
from nn.files.record import claimed, software
from nn.material import Material, begin, material
from nn.reporting.outcome import Outcome, judge
from nn.training.epoch import EpochRow
from nn.training.train import Training

Watch = Callable[[Iterator[EpochRow]], Iterator[EpochRow]]

log = logging.getLogger(__name__)

STAGE = "train"
MODEL = "model.safetensors"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    """One training: what goes in, and the folder that everything goes to."""

    config: TrainConfig
    spec: Spec
    material: Material
    out: Path

    @property
    def identity(self) -> dict[str, Any]:
        return identity(self.config, self.spec, self.material.inputs)

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
    return train(config, material(dataset, start), out, restart=restart, watch=watch)


def train(
    config: TrainConfig,
    given: Material,
    out: Path,
    *,
    restart: bool = False,
    watch: Watch = iter,
) -> Path:
    """The same on what is opened already."""
    spec = expand(config.model, classes=len(given.snapshot.classes), width=config.width)
    this = _Run(config=config, spec=spec, material=given, out=out)
    with claimed(out, this.identity, stage=STAGE, result=MODEL, restart=restart) as claim:
        if not claim.is_finished or not is_whole(out / MODEL):
            sweep(out)
            claim.begin()
            _publish(this, _train(this, watch, restart=restart))
            claim.finish()
    return out / MODEL


def _train(this: _Run, watch: Watch, *, restart: bool) -> Outcome:
    """Train from the run's last checkpoint, if there is one, to the end, and judge the result."""
    training = begin(this.config, this.spec, this.material.snapshot, this.material.start)
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
    snapshot = this.material.snapshot
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
    return judge(
        model,
        this.identity["config"],
        history,
        snapshot.splits,
        this.material.sources,
        diagnosis=tuple(training.diagnosis),
    )


def _publish(this: _Run, outcome: Outcome) -> None:
    """Put every file in place, each whole; the model last."""
    from nn.reporting.results import results  # late: pictures need much that training does not

    for name, body in results(outcome, this.material.snapshot.split("test")):
        with replacing(this.out / name) as part:
            part.write_bytes(body)
