"""report.html of a training: one page that holds all it shows and asks nothing of the network."""

from collections.abc import Iterable, Sequence

from nn.reporting.html import Html, count, page, plot, section, table, tag
from nn.reporting.judgement import Judgement
from nn.reporting.outcome import Outcome
from nn.reporting.sections import judged, tiles

USE = """\
deeprunning predict model.safetensors photo.jpg folder > predictions.csv

# the same in Python
from nn.predict import load_classifier, predict

for row in predict(load_classifier("model.safetensors"), ["photo.jpg", "folder"]):
    print(row.input, row.label, row.probability, row.error)"""


def report(outcome: Outcome, judgement: Judgement, curves: str, layers: str = "") -> str:
    """The page; the judgement is that of the test split.

    `curves` and `layers`, where there was a diagnosis, are SVG.
    """
    diagnosis = [section("Layer by layer", *_diagnosis(outcome, layers))] if layers else []
    classes = len(outcome.model.classes)
    lead = "Measured on the test split, which had no part in training."
    return page(
        f"A classifier of {classes} classes",
        (tag("p", lead, cls="lead"), *tiles(outcome.test)),
        (
            section("Training", plot(curves, "curves over the epochs"), _best(outcome)),
            *diagnosis,
            *judged(judgement),
            section("Predict with it", tag("pre", USE)),
            section("What it is", *_facts(outcome)),
        ),
    )


def _best(outcome: Outcome) -> Html:
    seconds = sum(row.seconds for row in outcome.history)
    metric = str(outcome.config["metric"]).replace("_", " ")
    return tag(
        "p",
        "Kept: epoch ",
        count(outcome.best_epoch, "best_epoch"),
        " of ",
        count(len(outcome.history), "epochs"),
        f", the best by {metric} on the validation split. ",
        count(round(seconds), "seconds"),
        " seconds in all.",
        cls="note",
    )


def _diagnosis(outcome: Outcome, layers: str) -> tuple[Html, ...]:
    last = [row for row in outcome.diagnosis if row.epoch == outcome.diagnosis[-1].epoch]
    ill = [f"{row.layer} {row.verdict}" for row in last if row.verdict != "fine"]
    words = f"In the last step: {', '.join(ill) or 'every layer fine'}. Figures: diagnosis.csv."
    return plot(layers, "spread and gradient of each layer"), tag("p", words, cls="note")


def _facts(outcome: Outcome) -> tuple[Html, ...]:
    settings = [(k, v) for k, v in sorted(outcome.config.items()) if k != "architecture"]
    layers = [
        (layer["layer"], ", ".join(f"{k} {v}" for k, v in layer.items() if k != "layer"))
        for layer in outcome.model.architecture
    ]
    samples = [
        part
        for split, samples in outcome.samples.items()
        for part in (", ", count(samples, "samples", split), f" {split}")
    ]
    return (
        tag("p", "Trained on snapshot ", tag("code", outcome.model.dataset), "."),
        tag("p", *samples[1:], " images."),
        _hidden("Settings", ("setting", "value"), settings),
        _hidden("Layers", ("layer", "arguments"), layers),
    )


def _hidden(title: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> Html:
    """A table of words that is seen when it is asked for."""
    return tag("details", tag("summary", title), table(head, rows, words=True, name=title))
