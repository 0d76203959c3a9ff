"""Every file that tells of a finished training, as names and bytes; the model itself comes last."""

import csv
import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, fields
from typing import Any

from nn.arrays import Array
from nn.card import card
from nn.evaluate import PredictionRow
from nn.outcome import Outcome
from nn.plots import confusion_picture, curves
from nn.report import page
from nn.train import EpochRow

MODEL = "model.safetensors"


def results(outcome: Outcome, mistakes: Array) -> Iterator[tuple[str, bytes]]:
    """The files in the order they are to be put in place.

    `mistakes` (M, S, S, 3) are the pictures of the most confident ones, nn.report.SHOWN at most.
    """
    drawn = curves(outcome.history)
    confusion = confusion_picture(outcome.test.matrix, outcome.model.classes)
    report = page(outcome, curves=drawn, confusion=confusion, images=mistakes)
    yield "history.csv", table(EpochRow, outcome.history)
    yield "predictions.csv", table(PredictionRow, outcome.test.rows())
    yield "metrics.json", _json(outcome.metrics())
    yield "curves.svg", drawn.encode()
    yield "confusion.svg", confusion.encode()
    yield "report.html", report.encode()
    yield "MODEL_CARD.md", card(outcome).encode()
    yield MODEL, outcome.model.encode()


def table(row_type: type[Any], rows: Iterable[Any]) -> bytes:
    """The rows as CSV (RFC 4180, UTF-8); what is not known (NaN) is an empty cell."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, [field.name for field in fields(row_type)])
    writer.writeheader()
    for row in rows:
        cells = asdict(row).items()
        writer.writerow({name: "" if value != value else value for name, value in cells})  # noqa: PLR0124  # NaN differs from itself
    return text.getvalue().encode()


def _json(value: object) -> bytes:
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, indent=2, sort_keys=True)
    return f"{text}\n".encode()
