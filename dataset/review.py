"""What a person is shown of a snapshot, and in which order: what is most suspect comes first."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np

from dataset.decisions import Decision
from dataset.errors import InputError
from dataset.look import blocks_of, look
from dataset.store import SAMPLES, Dataset
from dataset.suspects import suspect
from dataset.tables import SPLITS, SampleRow, read_table

PREDICTIONS = "predictions.csv"  # of a model; of its columns these are read:
COLUMNS = {"sample", "predicted", "probability"}


class Predicted(NamedTuple):
    """What a model takes a sample for."""

    label: str
    probability: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One picture as it is shown: whether its label looks wrong, and what was decided."""

    row: SampleRow
    place: int  # of its image in its split
    instead: str  # the class it looks like, where not its own; else empty
    why: str  # it is suspect, in a few words; else empty
    decision: Decision | None = None


def cards(
    folder: Path,
    dataset: Dataset,
    decisions: Mapping[str, Decision],
    predictions: Mapping[str, Predicted] | None = None,
) -> list[Card]:
    """A card for each sample of the snapshot in `folder`, the most suspect first.

    First pictures under several labels, then those that the model takes for another class, the
    surest first, then those that look like another class, the clearest first; behind them the
    rest, and last what was decided already.
    """
    rows = _rows(folder)
    images = (
        block for name in SPLITS for one in dataset.split(name).shards for block in blocks_of(one)
    )
    labels = np.concatenate([dataset.split(name).labels for name in SPLITS])
    suspicion = suspect(look(images), labels, len(dataset.classes))
    seen: dict[str, tuple[tuple[object, ...], Card]] = {}
    for (row, place), strength, other in zip(
        rows, suspicion.strength.tolist(), suspicion.instead.tolist(), strict=True
    ):
        model = (predictions or {}).get(row.sha256)
        mistaken = model if model and model.label != row.label else None
        instead = dataset.classes[other] if strength > 0 else ""
        card = Card(
            row=row,
            place=place,
            instead=mistaken.label if mistaken else instead,
            why=_why(row, mistaken, instead),
            decision=decisions.get(row.sha256),
        )
        surest = -mistaken.probability if mistaken else 1.0
        conflict = "label-conflict" in row.flags.split()
        key = (card.decision is not None, not conflict, surest, -strength, row.sha256)
        seen.setdefault(row.sha256, (key, card))
    return [card for _, card in sorted(seen.values(), key=lambda pair: pair[0])]


def read_predictions(folder: Path) -> dict[str, Predicted]:
    """What the model in `folder` takes the samples of its test split for. Raises InputError."""
    path = folder / PREDICTIONS
    if not path.is_file():
        raise InputError(f"there is no {path}; `deeprunning train` makes it")
    with path.open(newline="", encoding="utf-8") as file:
        reader = csv.DictReader(file, strict=True)
        if not set(reader.fieldnames or ()) >= COLUMNS:
            raise InputError(f"{path} lacks one of the columns {', '.join(sorted(COLUMNS))}")
        try:
            return {
                row["sample"]: Predicted(row["predicted"], float(row["probability"]))
                for row in reader
            }
        except (ValueError, TypeError, csv.Error) as error:
            raise InputError(f"{path}, line {reader.line_num}: {error}") from error


def shown_labels(dataset: Dataset, decisions: Iterable[Decision]) -> list[str]:
    """The classes, and behind them labels that were decided on and are none yet."""
    new = {one.label for one in decisions if one.label} - set(dataset.classes)
    return [*dataset.classes, *sorted(new)]


def _rows(folder: Path) -> list[tuple[SampleRow, int]]:
    """Each row with the place of its image in its split, split by split."""
    rows: dict[str, list[SampleRow]] = {name: [] for name in SPLITS}
    for row in read_table(folder / SAMPLES, SampleRow):
        rows[row.split].append(row)
    return [(row, place) for name in SPLITS for place, row in enumerate(rows[name])]


def _why(row: SampleRow, mistaken: Predicted | None, instead: str) -> str:
    if "label-conflict" in row.flags.split():
        return "also labelled " + ", ".join(_others(row))
    if mistaken:
        return f"the model says {mistaken.label} ({mistaken.probability:.2f})"
    return f"looks like {instead}" if instead else ""


def _others(row: SampleRow) -> Sequence[str]:
    return [label for label in row.labels.split("|") if label != row.label]
