"""Every file that tells of a finished training, as names and bytes; the model itself comes last."""

import json
from collections.abc import Iterator

from nn.arrays import Array
from nn.evaluation.evaluate import PredictionRow
from nn.reporting.card import card
from nn.reporting.outcome import Outcome
from nn.reporting.plots import confusion_picture, curves, layers_picture
from nn.reporting.report import page
from nn.reporting.tables import table
from nn.training.diagnosis import LayerRow
from nn.training.epoch import EpochRow

MODEL = "model.safetensors"


def results(outcome: Outcome, mistakes: Array) -> Iterator[tuple[str, bytes]]:
    """The files in the order they are to be put in place.

    `mistakes` (M, S, S, 3) are the pictures of the most confident ones, report.SHOWN at most.
    """
    drawn = curves(outcome.history)
    confusion = confusion_picture(outcome.test.matrix, outcome.model.classes)
    layers = layers_picture(outcome.diagnosis) if outcome.diagnosis else ""
    report = page(outcome, curves=drawn, confusion=confusion, layers=layers, images=mistakes)
    yield "history.csv", table(EpochRow, outcome.history)
    yield "predictions.csv", table(PredictionRow, outcome.test.rows())
    yield "metrics.json", _json(outcome.metrics())
    yield "curves.svg", drawn.encode()
    yield "confusion.svg", confusion.encode()
    if outcome.diagnosis:
        yield "diagnosis.csv", table(LayerRow, outcome.diagnosis)
    yield "report.html", report.encode()
    yield "MODEL_CARD.md", card(outcome).encode()
    yield MODEL, outcome.model.encode()


def _json(value: object) -> bytes:
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, indent=2, sort_keys=True)
    return f"{text}\n".encode()
