"""The training stage: a snapshot in; a model, and all there is to tell about it, out.

    >>> run(TrainConfig(epochs=20), Path("dataset/dataset.json"), Path("model"))  # doctest: +SKIP
    PosixPath('model/model.safetensors')

Every epoch ends with a checkpoint, and nothing but the end of the last touches the files of an
older model.
"""

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from crawler.files import FolderBusyError, StageFolder, replacing, stage_folder, sweep, versions
from dataset.augment import Augmentation, centre_crop, normalize
from dataset.store import Dataset
from nn.architecture import Spec, expand
from nn.arrays import Array
from nn.config import TrainConfig
from nn.errors import NNError
from nn.evaluation.evaluate import Source
from nn.files.checkpoint import Checkpoint, resume
from nn.files.identity import differences, identity
from nn.files.modelfile import ModelFile, Preprocessing, is_whole
from nn.model import Sequential
from nn.reporting.outcome import Outcome, judge
from nn.snapshot import opened, sources_of
from nn.training.data import TrainData
from nn.training.train import EpochRow, Training

Watch = Callable[[Iterator[EpochRow]], Iterator[EpochRow]]

STAGE = "train"
MODEL = "model.safetensors"


class OtherRunError(NNError):
    """The folder is that of another training, of another stage, or of a process at work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    """One training: what goes in, and the folder that everything goes to."""

    config: TrainConfig
    spec: Spec
    snapshot: Dataset
    sources: Mapping[str, Source]
    out: Path

    @property
    def identity(self) -> dict[str, Any]:
        return identity(self.config, self.spec, self.snapshot.id)

    @property
    def checkpoint(self) -> Path:
        return self.out / "checkpoint.safetensors"


def run(
    config: TrainConfig, dataset: Path, out: Path, *, restart: bool = False, watch: Watch = iter
) -> Path:
    """Train on a dataset.json, into the folder `out`; return the path of its model.safetensors.

    Run again, it goes on where it was stopped and ends in the same bytes; finished, it does
    nothing. Another config or snapshot is refused unless `restart`; the old model then stays in
    place until the new one is complete. `watch` may wrap the epochs to show them.
    Raises NNError, DatasetError.
    """
    snapshot = opened(dataset)
    this = _Run(
        config=config,
        spec=expand(config.model, classes=len(snapshot.classes), width=config.width),
        snapshot=snapshot,
        sources=sources_of(dataset, snapshot),
        out=out,
    )
    try:
        with stage_folder(out) as folder:
            if not _is_finished(folder, this.identity, restart=restart):
                _finish(this, folder, watch, restart=restart)
    except FolderBusyError as error:
        raise OtherRunError(str(error)) from error
    return out / MODEL


def begin(config: TrainConfig, spec: Spec, snapshot: Dataset) -> Training:
    """A training at its beginning, with its first weights. Raises ArchitectureError."""
    model = Sequential.from_spec(spec)
    model.build((snapshot.size, snapshot.size, 3), np.random.default_rng(config.seed))
    return Training(config, model, _train_data(snapshot, config.seed))


def _is_finished(folder: StageFolder, this: Mapping[str, Any], *, restart: bool) -> bool:
    """Whether this very run has ended here; raises OtherRunError where another's work lies."""
    record = folder.record
    if record is None:
        return False
    if record.get("stage") != STAGE:
        raise OtherRunError(
            f"{folder.path} belongs to the stage {record.get('stage')}; choose another --out"
        )
    others = differences(record, this)
    if others and not restart:
        raise OtherRunError(
            f"{folder.path} holds a training with {', '.join(others)}; "
            "add --restart to replace it, or choose another --out"
        )
    return not others and bool(record.get("finished")) and is_whole(folder.path / MODEL)


def _finish(this: _Run, folder: StageFolder, watch: Watch, *, restart: bool) -> None:
    """Bring the run to its end; the record says before and after how it stands."""
    sweep(this.out)
    record = this.identity | {"stage": STAGE, "result": MODEL, "versions": _versions()}
    folder.write(record | {"finished": False})
    _publish(this, _train(this, watch, restart=restart))
    folder.write(record | {"finished": True})


def _train(this: _Run, watch: Watch, *, restart: bool) -> Outcome:
    """Train from the run's last checkpoint, if there is one, to the end, and judge the result."""
    training = begin(this.config, this.spec, this.snapshot)
    history = resume(training, this.checkpoint, this.identity, restart=restart)
    deque(watch(_epochs(this, training, history)), maxlen=0)
    return _outcome(this, training, tuple(history))


def _train_data(snapshot: Dataset, seed: int) -> TrainData:
    """The splits as the library reads them: augmented or cropped, and normalised, by the batch."""
    train, val, size = snapshot.split("train"), snapshot.split("val"), snapshot.size
    seen = Augmentation.of(snapshot, seed)

    def soft_targets(chosen: Array, epoch: int) -> Array:
        return seen.targets(chosen, epoch, train.labels, len(snapshot.classes))

    def val_images(chosen: Array) -> Array:
        return normalize(centre_crop(val.images(chosen), size), snapshot.mean, snapshot.std)

    return TrainData(
        labels=train.labels,
        images=seen.images,
        val_labels=val.labels,
        val_images=val_images,
        soft_targets=soft_targets if seen.mixes else None,
    )


def _epochs(this: _Run, training: Training, history: list[EpochRow]) -> Iterator[EpochRow]:
    """The epochs to come, each with its checkpoint on disk before it is told of."""
    for row in training.epochs():
        history.append(row)
        arrays, facts = training.state()
        state = Checkpoint(run=this.identity, arrays=arrays, facts=facts, history=tuple(history))
        with replacing(this.checkpoint) as part:
            part.write_bytes(state.encode())
        yield row


def _outcome(this: _Run, training: Training, history: tuple[EpochRow, ...]) -> Outcome:
    """The model of the best epoch, and what is to be told about it."""
    snapshot = this.snapshot
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
        versions=_versions(),
        weights=training.best,
    )
    return judge(model, this.identity["config"], history, snapshot.splits, this.sources)


def _publish(this: _Run, outcome: Outcome) -> None:
    """Put every file in place, each whole; the model last."""
    from nn.reporting.results import results  # late: pictures need much that training does not

    for name, body in results(outcome, this.snapshot.split("test")):
        with replacing(this.out / name) as part:
            part.write_bytes(body)


def _versions() -> dict[str, str]:
    return versions("numpy", "pillow")
