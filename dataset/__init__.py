"""From images to a dataset one may trust: clean, split without leaks, ready to train on."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dataset.config import DatasetConfig
from dataset.errors import DatasetError

if TYPE_CHECKING:
    from dataset.store import Dataset

__all__ = ["DatasetConfig", "DatasetError", "open_dataset", "run"]


def open_dataset(path: Path) -> "Dataset":
    """Open the snapshot that `path`, a dataset.json, describes. Raises DatasetError."""
    from dataset import store  # late: help must answer without NumPy

    return store.open_dataset(path)


def run(
    config: DatasetConfig,
    inputs: Sequence[Path],
    out: Path,
    *,
    watch: Callable[[Iterator[Any]], Iterator[Any]] = iter,
    purge: bool = False,
) -> Path:
    """Make a snapshot of the inputs in the folder `out`; return the path of its dataset.json.

    Inputs are manifests of a crawl, or one folder of class folders, or one archive of arrays. Run
    again, it does nothing; other inputs or another config make a new snapshot, in which every
    sample of the last keeps its split. `watch` may wrap the images as they are read to show them;
    `purge` removes the shards of earlier snapshots.
    Raises DatasetError when the inputs cannot become a dataset.
    """
    from dataset import stage  # late: as above

    return stage.run(config, inputs, out, watch=watch, purge=purge)
