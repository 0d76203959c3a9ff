"""report.html of a training: one page that holds all it shows and asks nothing of the network."""

import base64
import io
from collections.abc import Iterable, Sequence
from html import escape

from PIL import Image

from nn.arrays import Array
from nn.reporting.outcome import Outcome, percent

SHOWN = 24  # most confident mistakes, as pictures

PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
body {{ font: 16px/1.5 system-ui, sans-serif; color: #1c2430; margin: 2rem auto; max-width: 60rem;
       padding: 0 1rem; }}
h1 {{ font-size: 1.7rem; margin-bottom: 0; }}
h2 {{ font-size: 1.15rem; margin: 2.2rem 0 .6rem; }}
.score {{ font-size: 3rem; font-weight: 600; color: #0b5cad; margin: .4rem 0 0; line-height: 1.1; }}
.note {{ color: #5a6675; margin-top: .2rem; }}
img {{ max-width: 100%; }}
table {{ border-collapse: collapse; }}
th, td {{ padding: .2rem 1rem .2rem 0; text-align: right; border-bottom: 1px solid #e3e7ec; }}
th:first-child, td:first-child {{ text-align: left; }}
pre {{ background: #f3f5f8; padding: .8rem 1rem; overflow-x: auto; border-radius: 6px; }}
.grid {{ display: grid; grid-template-columns: repeat(auto-fill, minmax(9rem, 1fr)); gap: 1rem; }}
figure {{ margin: 0; font-size: .85rem; line-height: 1.3; }}
figure img {{ width: 100%; image-rendering: auto; border-radius: 4px; }}
</style>
</head>
<body>
{body}
</body>
</html>
"""

USE = """\
deeprunning predict model.safetensors photo.jpg folder > predictions.csv

# the same in Python
from nn.predict import load_classifier, predict

for row in predict(load_classifier("model.safetensors"), ["photo.jpg", "folder"]):
    print(row.input, row.label, row.probability, row.error)"""


def page(outcome: Outcome, *, curves: str, confusion: str, images: Array, layers: str = "") -> str:
    """The page; curves, confusion and layers, where there was a diagnosis, are SVG.

    images (M, S, S, 3) are those of the mistakes shown.
    """
    diagnosis = [_section("Layer by layer", _diagnosis(outcome, layers))] if layers else []
    sections = (
        _headline(outcome),
        _section("Training", _picture("curves over the epochs", curves) + _best(outcome)),
        *diagnosis,
        _section("Where it errs", _picture("confusion matrix", confusion)),
        _section("Each class, on the test split", _class_table(outcome)),
        _section("Its most confident mistakes", _mistakes(outcome, images)),
        _section("Predict with it", f"<pre>{escape(USE)}</pre>"),
        _section("What it is", _facts(outcome)),
    )
    title = f"A classifier of {len(outcome.model.classes)} classes"
    return PAGE.format(title=title, body="\n".join((f"<h1>{title}</h1>", *sections)))


def _headline(outcome: Outcome) -> str:
    found = outcome.test
    if not found.ids:
        return '<p class="note">There was no test split to measure it on.</p>'
    s = found.scores
    return (
        f'<p class="score">{percent(s.accuracy)}</p>'
        f'<p class="note">of {len(found.ids):,} test images named rightly; '
        f"balanced accuracy {percent(s.balanced_accuracy)}, macro-F1 {percent(s.macro_f1)}, "
        f"loss {s.loss:.3f} nats</p>"
    )


def _best(outcome: Outcome) -> str:
    seconds = sum(row.seconds for row in outcome.history)
    metric = str(outcome.config["metric"]).replace("_", " ")
    return (
        f'<p class="note">Kept: epoch {outcome.best_epoch} of {len(outcome.history)}, the best by '
        f"{metric} on the validation split. {seconds:,.0f} seconds in all.</p>"
    )


def _diagnosis(outcome: Outcome, layers: str) -> str:
    last = [row for row in outcome.diagnosis if row.epoch == outcome.diagnosis[-1].epoch]
    ill = [f"{row.layer} {row.verdict}" for row in last if row.verdict != "fine"]
    return _picture("spread and gradient of each layer", layers) + (
        f'<p class="note">In the last step of epoch {last[-1].epoch}: '
        f"{escape(', '.join(ill)) or 'every layer fine'}. All figures: diagnosis.csv.</p>"
    )


def _class_table(outcome: Outcome) -> str:
    return _table(
        ("class", "precision", "recall", "F1", "samples"),
        (
            (row.label, percent(row.precision), percent(row.recall), percent(row.f1), row.support)
            for row in outcome.test.table
        ),
    )


def _mistakes(outcome: Outcome, images: Array) -> str:
    found, classes = outcome.test, outcome.model.classes
    wrong = found.mistakes(SHOWN)
    if not len(wrong):
        return '<p class="note">None on the test split.</p>'
    figures = (
        f'<figure><img src="{_data(_png(image), "image/png")}" alt="{escape(found.ids[i])}">'
        f"<figcaption>{escape(classes[found.labels[i]])} taken for "
        f"<b>{escape(classes[found.predicted[i]])}</b>, {percent(found.probabilities[i])}"
        "</figcaption></figure>"
        for i, image in zip(wrong.tolist(), images, strict=True)
    )
    return f'<div class="grid">{"".join(figures)}</div>'


def _facts(outcome: Outcome) -> str:
    settings = [(k, v) for k, v in sorted(outcome.config.items()) if k != "architecture"]
    layers = [
        (layer["layer"], ", ".join(f"{k} {v}" for k, v in layer.items() if k != "layer"))
        for layer in outcome.model.architecture
    ]
    return (
        f"<p>Trained on snapshot <code>{escape(outcome.model.dataset)}</code>: "
        + escape(", ".join(f"{count:,} {split}" for split, count in outcome.samples.items()))
        + " images.</p>"
        + f"<details><summary>Settings</summary>{_table(('setting', 'value'), settings)}</details>"
        + f"<details><summary>Layers</summary>{_table(('layer', 'arguments'), layers)}</details>"
    )


def _section(title: str, content: str) -> str:
    return f"<h2>{title}</h2>\n{content}"


def _table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = ["".join(f"<th>{name}</th>" for name in header)]
    lines += ["".join(f"<td>{escape(str(cell))}</td>" for cell in row) for row in rows]
    return f"<table>{''.join(f'<tr>{line}</tr>' for line in lines)}</table>"


def _picture(name: str, svg: str) -> str:
    """A picture of its own inside the page, so that names in two SVGs cannot collide."""
    return f'<img src="{_data(svg.encode(), "image/svg+xml")}" alt="{name}">'


def _png(image: Array) -> bytes:
    body = io.BytesIO()
    Image.fromarray(image).save(body, "PNG")
    return body.getvalue()


def _data(body: bytes, kind: str) -> str:
    return f"data:{kind};base64,{base64.b64encode(body).decode()}"
