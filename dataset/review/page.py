"""The page of a review: in a browser with keys that decide, or as a file for reading alone."""

import base64
from collections import defaultdict
from collections.abc import Callable, Sequence
from html import escape
from importlib.resources import files
from io import BytesIO

from PIL import Image

from dataset.review.order import Card
from dataset.store import Images

SHOWN = 5000  # cards of a page at most; those behind them come when these are judged
PRINTED = 2000  # cards of review.html at most, and of a class:
PRINTED_OF_CLASS = 60

PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Review of dataset {id:.12}</title>
<style>{style}</style>
{body}
</html>
"""

DESK = """<header>
<h1>Review</h1>
<label>Show <select id="only">{options}</select></label>
<label>Label <input id="label" list="labels" autocomplete="off"
placeholder="name or number"></label>
<button id="undo">undo</button>
<span id="count"></span>
<p><kbd>w</kbd> wrong <kbd>k</kbd> keep <kbd>1</kbd>… or <kbd>l</kbd> another label
<kbd>s</kbd> what it looks like <kbd>u</kbd> undo <kbd>←</kbd> <kbd>→</kbd> <kbd>↑</kbd>
<kbd>↓</kbd> move <kbd>Shift</kbd>+<kbd>K</kbd> keep all up to here</p>
<p id="said" role="status"></p>
<p id="error" role="alert"></p>
</header>
<details open><summary>Labels and their numbers</summary><ol id="classes">{classes}</ol></details>
<datalist id="labels">{labels}</datalist>
<p>{words}</p>
<ol id="cards">{cards}</ol>
<script src="review.js"></script>"""

PRINT = """<h1>Review of dataset <code>{id:.12}</code></h1>
<p>{words} To decide, run <code>deeprunning review</code>.</p>
{sections}"""

CARD = """<li class="card" tabindex="-1" data-id="{id}" data-label="{label}"
data-instead="{instead}" data-decision="{decision}" data-decided="{decided}">
<img src="{source}" alt="" loading="lazy">
<p class="name" dir="auto">{label}</p><p class="why" dir="auto">{why}</p>
<p class="state" dir="auto">{state}</p><p>{buttons}</p></li>"""

BUTTONS = """<button data-do="wrong" tabindex="-1">wrong</button><button data-do="keep"
tabindex="-1">keep</button><button data-do="label" tabindex="-1">label</button>"""


def desk(dataset_id: str, cards: Sequence[Card], labels: Sequence[str]) -> str:
    """The page that a server shows. Its images and its script lie beside it."""
    shown = cards[:SHOWN]
    return PAGE.format(
        id=dataset_id,
        style=asset("review.css"),
        body=DESK.format(
            options=_options(labels),
            classes="".join(map(_numbered, labels, numbers(labels))),
            labels="".join(f'<option value="{escape(label)}"></option>' for label in labels),
            words=_words(len(shown), len(cards)),
            cards="".join(_card(card, f"{card.row.sha256}.img", BUTTONS) for card in shown),
        ),
    )


def leaflet(
    dataset_id: str,
    cards: Sequence[Card],
    labels: Sequence[str],
    pixels: Callable[[Sequence[Card]], Images],
) -> str:
    """The self-contained page for reading: the most suspect of each class, with their images."""
    most = max(1, min(PRINTED_OF_CLASS, PRINTED // len(labels)))
    of_class: dict[str, list[Card]] = defaultdict(list)
    for card in cards:
        of_class[card.row.label].append(card)
    sections, shown = [], 0
    for label in labels:
        first = of_class[label][:most]
        if first:
            shown += len(first)
            sections.append(_section(label, first, len(of_class[label]), pixels(first)))
    return PAGE.format(
        id=dataset_id,
        style=asset("review.css"),
        body=PRINT.format(
            id=dataset_id, words=_words(shown, len(cards)), sections="".join(sections)
        ),
    )


def numbers(labels: Sequence[str]) -> list[str]:
    """What is typed for each label: its place from 1, or itself where all are numbers."""
    if all(label.isascii() and label.isdigit() for label in labels):
        return list(labels)
    return [str(place) for place, _ in enumerate(labels, start=1)]


def asset(name: str) -> str:
    """A file that lies in this package."""
    return files("dataset").joinpath(name).read_text(encoding="utf-8")


def _section(label: str, cards: Sequence[Card], total: int, images: Images) -> str:
    sources = [f"data:image/jpeg;base64,{_jpeg(image)}" for image in images]
    shown = "".join(_card(card, source, "") for card, source in zip(cards, sources, strict=True))
    title = f"<bdi>{escape(label)}</bdi>: {len(cards)} of {total}"
    return f'<h2>{title}</h2><ol class="cards">{shown}</ol>'


def _card(card: Card, source: str, buttons: str) -> str:
    decision = card.decision
    return CARD.format(
        id=card.row.sha256,
        label=escape(card.row.label),
        instead=escape(card.instead),
        why=escape(card.why),
        decision=decision.decision if decision else "",
        decided=escape(decision.label) if decision else "",
        state=escape(_state(card)),
        source=source,
        buttons=buttons,
    )


def _state(card: Card) -> str:
    """What was decided, in the words of the script."""
    if card.decision is None:
        return ""
    words = {"wrong": "✗ wrong", "keep": "✓ keep"}
    return words.get(card.decision.decision, f"→ {card.decision.label}")


def _options(labels: Sequence[str]) -> str:
    each = "".join(f'<option value="{escape(one)}">{escape(one)}</option>' for one in labels)
    return f'<option value="">all, most suspect first</option>{each}'


def _numbered(label: str, number: str) -> str:
    named = f'data-label="{escape(label)}" data-number="{escape(number)}"'
    return f"<li {named}><kbd>{escape(number)}</kbd> <bdi>{escape(label)}</bdi></li>"


def _words(shown: int, total: int) -> str:
    if shown == total:
        return f"{total} samples, the most suspect first."
    return f"{shown} of {total} samples, the most suspect first."


def _jpeg(image: Images) -> str:
    buffer = BytesIO()
    Image.fromarray(image).save(buffer, "JPEG", quality=85)
    return base64.b64encode(buffer.getvalue()).decode("ascii")
