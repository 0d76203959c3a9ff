"""suspects.csv of a training with folds, read again."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from nn.folds.stage import STAGE, SUSPECTS
from nn.snapshot import DataError, opened


def read_suspects(folder: Path, dataset: Path) -> Iterator[list[str]]:
    """The header, then a row a sample of a dataset.json, the least believed label first.

    Raises DataError where the folder has none of this dataset, DatasetError.
    """
    record = _record(folder)
    if record.get("stage") != STAGE or not record.get("finished"):
        raise DataError(
            f"{folder} is no folder of a finished training with folds; "
            f"`deeprunning train {dataset} --folds --out DIR` makes one"
        )
    if record["inputs"]["dataset"] != opened(dataset).id:
        raise DataError(f"{folder} judges another dataset than {dataset}")
    with (folder / SUSPECTS).open(newline="", encoding="utf-8") as file:
        yield from csv.reader(file)


def _record(folder: Path) -> dict[str, Any]:
    """What stage.json says; nothing where it cannot be read."""
    try:
        record = json.loads((folder / "stage.json").read_bytes())
    except (OSError, ValueError):
        return {}
    return record if isinstance(record, dict) else {}
