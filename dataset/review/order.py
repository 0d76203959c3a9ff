"""What a person is shown of a snapshot, and in which order: what is most suspect comes first."""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np

from dataset.cleaning.decisions import Decision
from dataset.errors import InputError
from dataset.pictures.look import blocks, look
from dataset.review.suspects import suspect
from dataset.store import Dataset, read_samples
from dataset.tables import SPLITS, SampleRow

SUSPECTS = "suspects.csv"  # of the folds of a training, about every sample; or else
PREDICTIONS = "predictions.csv"  # of a model, about its test split; in both these are read:
COLUMNS = {"sample", "predicted", "probability"}


class Predicted(NamedTuple):
    """What a model takes a sample for."""

    label: str
    probability: float
    suspicion: float  # the larger, the earlier it is shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One picture as it is shown: whether its label looks wrong, and what was decided."""

    row: SampleRow
    place: int  # of its image in its split
    alike: str  # the class it looks like most, of the others
    strength: float  # above 0 where it looks more like that class than like its own
    mistaken: Predicted | None = None  # what a model takes it for, where not for its own class
    decision: Decision | None = None

    @property
    def other_labels(self) -> list[str]:
        """What else was said of it."""
        labels = self.row.labels.split("|") if "label-conflict" in self.row.flags.split() else []
        return [label for label in labels if label != self.row.label]

    @property
    def instead(self) -> str:
        """The label that may be right, where there is reason to doubt its own; else empty."""
        if self.mistaken:
            return self.mistaken.label
        return self.alike if self.strength > 0 else ""

    @property
    def why(self) -> str:
        """Why it is suspect, in a few words; empty where it is not."""
        if self.other_labels:
            return "also labelled " + ", ".join(self.other_labels)
        if self.mistaken:
            return f"the model says {self.mistaken.label} ({self.mistaken.probability:.2f})"
        return f"looks like {self.instead}" if self.instead else ""


def cards(
    folder: Path,
    dataset: Dataset,
    decisions: Mapping[str, Decision],
    predictions: Mapping[str, Predicted],
) -> list[Card]:
    """A card for each sample of the snapshot in `folder`, the most suspect first.

    First pictures under several labels, then those that the model takes for another class, the
    most suspect first, then those that look like another class, the clearest first; behind them
    the rest, and last what was decided already.
    """
    images = (
        block for name in SPLITS for one in dataset.split(name).shards for block in blocks(one)
    )
    labels = np.concatenate([dataset.split(name).labels for name in SPLITS])
    suspicion = suspect(look(images), labels, len(dataset.classes))
    judged = zip(
        _rows(folder, dataset), suspicion.strength.tolist(), suspicion.instead, strict=True
    )
    found: dict[str, Card] = {}  # an official split may hold a file twice
    for (row, place), strength, other in judged:
        model = predictions.get(row.sha256)
        card = Card(
            row=row,
            place=place,
            alike=dataset.classes[other],
            strength=strength,
            mistaken=model if model and model.label != row.label else None,
            decision=decisions.get(row.sha256),
        )
        found.setdefault(row.sha256, card)
    return sorted(found.values(), key=_urgency)


def _urgency(card: Card) -> tuple[bool, bool, float, float, str]:
    """The smaller, the earlier a card is shown."""
    suspicion = card.mistaken.suspicion if card.mistaken else -1.0
    decided = card.decision is not None
    return decided, not card.other_labels, -suspicion, -card.strength, card.row.sha256


def read_predictions(folder: Path) -> dict[str, Predicted]:
    """What the model in `folder` takes the samples of its test split for. Raises InputError.

    In the folder of a training with folds it is what the models take the samples of all folds for.
    """
    path = folder / SUSPECTS if (folder / SUSPECTS).is_file() else folder / PREDICTIONS
    if not path.is_file():
        raise InputError(f"there is no {path}; `deeprunning train` makes it")
    with path.open(newline="", encoding="utf-8") as file:
        reader = csv.DictReader(file, strict=True)
        if not set(reader.fieldnames or ()) >= COLUMNS:
            raise InputError(f"{path} lacks one of the columns {', '.join(sorted(COLUMNS))}")
        try:
            return {row["sample"]: _predicted(row) for row in reader}
        except (ValueError, TypeError, csv.Error) as error:
            raise InputError(f"{path}, line {reader.line_num}: {error}") from error


def _predicted(row: Mapping[str, str]) -> Predicted:
    """A row of either table; a single model's is the more suspect the surer it is."""
    probability = float(row["probability"])
    return Predicted(row["predicted"], probability, float(row.get("suspicion", probability)))


def shown_labels(dataset: Dataset, decisions: Iterable[Decision]) -> list[str]:
    """The classes, and behind them labels that were decided on and are none yet."""
    new = {one.label for one in decisions if one.label} - set(dataset.classes)
    return [*dataset.classes, *sorted(new)]


def _rows(folder: Path, dataset: Dataset) -> list[tuple[SampleRow, int]]:
    """Each row with the place of its image in its split, split by split."""
    rows: dict[str, list[SampleRow]] = {name: [] for name in SPLITS}
    for row in read_samples(folder, dataset):
        rows[row.split].append(row)
    return [(row, place) for name in SPLITS for place, row in enumerate(rows[name])]
