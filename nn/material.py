"""What a training learns from: a snapshot or one fold of it, and a model that it may start from."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

import numpy as np

from crawler.files import sha256_of
from dataset.augment import Augmentation, centre_crop, normalize
from dataset.store import Dataset
from nn.architecture import Spec
from nn.arrays import Array
from nn.config import TrainConfig
from nn.evaluation.evaluate import Source
from nn.files.modelfile import ModelFile, read_model
from nn.model import Sequential
from nn.snapshot import DataError, opened, sources_of
from nn.training.data import TrainData
from nn.training.train import Training
from nn.training.transfer import adopt

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """A trained model whose layers another starts from."""

    path: Path
    file: ModelFile
    digest: str  # sha256 of the file

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read a model.safetensors. Raises ModelFileError."""
        return cls(path=path, file=read_model(path), digest=sha256_of(path))


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """What one training learns from."""

    snapshot: Dataset
    sources: Mapping[str, Source]  # where each sample came from, by its id
    fold: int = 0  # the fold of the snapshot that is tested on; 0: its own splits
    start: Start | None = None

    @property
    def inputs(self) -> dict[str, str | int]:
        """What identifies it."""
        fold = {"fold": self.fold} if self.fold else {}
        start = {"from": self.start.digest} if self.start else {}
        return {"dataset": self.snapshot.id} | fold | start

    def with_fold(self, number: int) -> "Material":
        """The same with fold `number`, from 1, to test on. Raises SnapshotError."""
        return replace(self, snapshot=self.snapshot.fold(number), fold=number)


def material(dataset: Path, start: Path | None = None) -> Material:
    """Open a dataset.json, and the model to start from. Raises NNError, DatasetError."""
    snapshot = opened(dataset)
    return Material(
        snapshot=snapshot,
        sources=sources_of(dataset, snapshot),
        start=Start.read(start) if start else None,
    )


def begin(
    config: TrainConfig, spec: Spec, snapshot: Dataset, start: Start | None = None
) -> Training:
    """A training at its beginning, with its first weights. Raises ArchitectureError, DataError."""
    model = Sequential.from_spec(spec)
    model.build((snapshot.size, snapshot.size, 3), np.random.default_rng(config.seed))
    if start:
        _take_over(model, start)
    return Training(config, model, train_data(snapshot, config.seed))


def _take_over(model: Sequential, start: Start) -> None:
    """Give the model the layers of another that fit. Raises DataError where none does."""
    taken = adopt(model, start.file.weights)
    if not taken:
        raise DataError(
            f"no layer of {start.path} fits the model; name the --model that it was trained with"
        )
    log.info("from %s: %s", start.path, ", ".join(taken))


def train_data(snapshot: Dataset, seed: int) -> TrainData:
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
