"""MODEL_CARD.md: what a model is, what it was made from, how good it is, and where it ends."""

from collections.abc import Iterable, Sequence

from nn.evaluation.bootstrap import LEVEL, RESAMPLES
from nn.evaluation.evaluate import Evaluation
from nn.reporting.outcome import Outcome
from nn.reporting.words import RATES, decimal, percent

CARD = """\
# Image classifier, {count} classes

Names one of: {classes}.

A convolutional network of {parameters:,} numbers, trained by deeprunning in NumPy; the weights are
those of epoch {best} of {epochs}, the best by {metric} on the validation split.

## Use

    deeprunning predict model.safetensors photo.jpg folder

or from Python:

    from nn.predict import load_classifier, predict
    for row in predict(load_classifier("model.safetensors"), ["photo.jpg"]):
        print(row.input, row.label, row.probability)

An image is turned upright and brought to sRGB. {square}, of {stored} pixels a side; the network
sees the middle {size}.

## Data

Snapshot `{dataset}`.

{samples}

## Quality

{scores}

{intervals}

On the test split, which had no part in training:

{table}

## Probabilities

{trust}

## Limits

- Every image is given one of the classes above, also one that shows none of them.
- The figures hold for images like those of the snapshot; from other sources it will do worse.
- Probabilities were fitted to the frequencies of the validation split; elsewhere they may be off.

## Recipe

{recipe}

{versions}
"""

SQUARES = {  # by the crop of the preprocessing
    "centre": "Its middle becomes a square",
    "fit": "It is squeezed into a square",
    "letterbox": "It is set whole into a square",
    "energy": "The part with the most edges becomes a square",
}


def card(outcome: Outcome) -> str:
    """The text of the card. It holds no times: the same training has the same card."""
    model, config = outcome.model, outcome.config
    return CARD.format(
        count=len(model.classes),
        classes=", ".join(map(_plain, model.classes)),
        parameters=outcome.parameters,
        best=outcome.best_epoch,
        epochs=len(outcome.history),
        metric=str(config["metric"]).replace("_", " "),
        square=SQUARES[model.preprocessing.crop],
        stored=model.preprocessing.stored,
        size=model.preprocessing.size,
        dataset=model.dataset,
        samples=_table(["split", "samples"], outcome.samples.items()),
        scores=_table(
            ["split", "accuracy", "balanced accuracy", "macro-F1", "loss (nats)"],
            [_score_row("validation", outcome.val), _score_row("test", outcome.test)],
        ),
        intervals=_intervals(outcome.test),
        trust=_trust(outcome.test),
        table=_table(["class", "precision", "recall", "F1", "samples"], _class_rows(outcome.test)),
        recipe=_table(
            ["setting", "value"],
            ((key, value) for key, value in sorted(config.items()) if key != "architecture"),
        ),
        versions=_table(["software", "version"], sorted(model.versions.items())),
    )


def _score_row(name: str, found: Evaluation) -> list[str]:
    s = found.scores
    shares = [percent(share) for share in (s.accuracy, s.balanced_accuracy, s.macro_f1)]
    return [name, *shares, decimal(s.loss)]


def _intervals(found: Evaluation) -> str:
    """What the scores might have been on other test splits."""
    if not found.ids:
        return "There was no test split."
    told = [
        f"{RATES[name]} {percent(ends.low)} to {percent(ends.high)}"
        for name, ends in found.intervals.items()
    ]
    return (
        f"On the test split, with intervals of {percent(LEVEL)} by the bootstrap over clusters of "
        f"near-duplicates ({RESAMPLES:,} resamples): {', '.join(told)}."
    )


def _trust(found: Evaluation) -> str:
    """How probabilities compare with frequencies, before and after calibration."""
    before, after = found.uncalibrated.trust, found.trust
    return (
        f"Logits are divided by a temperature of {found.temperature:.3f}, fitted on the validation "
        "split, before the softmax.\n\n"
    ) + _table(
        ["on the test split", "as trained", "calibrated"],
        [
            ["calibration error (ECE)", percent(before.ece), percent(after.ece)],
            ["log loss (nats)", decimal(before.loss), decimal(after.loss)],
            ["Brier score", decimal(before.brier), decimal(after.brier)],
        ],
    )


def _class_rows(found: Evaluation) -> Iterable[list[str]]:
    for row in found.table:
        shares = [percent(share) for share in (row.precision, row.recall, row.f1)]
        yield [row.label, *shares, str(row.support)]


def _table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(_plain(str(cell)) for cell in line)} |" for line in lines)


def _plain(text: str) -> str:
    """A text that cannot break out of a cell or a line of Markdown."""
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")
