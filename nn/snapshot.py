"""A snapshot as the network needs it: to learn from, or to judge a model on, with its sources."""

from functools import partial
from pathlib import Path

from dataset.store import Dataset, open_dataset, read_samples
from nn.errors import NNError
from nn.evaluation.evaluate import Source
from nn.predict import Classifier, load_classifier
from nn.views import ManyViews


class DataError(NNError):
    """The snapshot is not one that this can be done with."""


def opened(dataset: Path) -> Dataset:
    """A snapshot to learn from. Raises DataError where it has nothing to learn, DatasetError."""
    snapshot = open_dataset(dataset)
    if not len(snapshot.split("train")):
        raise DataError(f"{dataset} has no sample in its train split; there is nothing to learn")
    return snapshot


def sources_of(dataset: Path, snapshot: Dataset) -> dict[str, Source]:
    """Where each sample came from, by its id. Raises DatasetError: the snapshot was replaced."""
    rows = read_samples(dataset.parent, snapshot)
    return {row.sha256: Source(group=row.group, page=row.page_url) for row in rows}


def matching(model: Path, dataset: Path, views: str = "centre") -> tuple[Classifier, Dataset]:
    """A model and a snapshot that it can be judged on. Raises NNError, DatasetError.

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
    return classifier, snapshot
