"""Every file that tells of a finished training, as names and bytes; the model itself comes last."""

from collections.abc import Iterator

from nn.evaluation.evaluate import Split
from nn.reporting.card import card
from nn.reporting.judgement import Judgement
from nn.reporting.outcome import Outcome
from nn.reporting.plots import curves, layers_picture
from nn.reporting.report import report
from nn.reporting.tables import as_json, table
from nn.training.diagnosis import LayerRow
from nn.training.epoch import EpochRow

MODEL = "model.safetensors"


def results(outcome: Outcome, test: Split) -> Iterator[tuple[str, bytes]]:
    """The files in the order they are to be put in place; `test` is the split that was judged."""
    drawn, judgement = curves(outcome.history), Judgement.of(outcome.test, test)
    yield "history.csv", table(EpochRow, outcome.history)
    yield from judgement.files()
    yield "metrics.json", as_json(outcome.metrics())
    yield "curves.svg", drawn.encode()
    layers = layers_picture(outcome.diagnosis) if outcome.diagnosis else ""
    if outcome.diagnosis:
        yield "diagnosis.csv", table(LayerRow, outcome.diagnosis)
    yield "report.html", report(outcome, judgement, drawn, layers).encode()
    yield "MODEL_CARD.md", card(outcome).encode()
    yield MODEL, outcome.model.encode()
