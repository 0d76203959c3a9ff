"""Pictures of a training as SVG text: the curves over the epochs and the confusion matrix.

Equal values give equal text. Names are drawn in a font that travels with the program, so that
薔薇 shows on every machine; a name for which no font has the letters is drawn as its number.
"""

import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import findfont, fontManager
from matplotlib.ft2font import FT2Font
from matplotlib.ticker import MaxNLocator

from nn.arrays import Array
from nn.training.diagnosis import LayerRow
from nn.training.epoch import EpochRow
from nn.training.finder import RateRow

FONTS = ("DejaVu Sans", "IPAexGothic")  # a letter the first lacks is taken from the next
STYLE: dict[Any, Any] = {
    "font.family": list(FONTS),
    "font.size": 9,
    "svg.hashsalt": "deeprunning",
    "axes.spines.top": False,
    "axes.spines.right": False,
}
SCORES = {
    "accuracy": "val_accuracy",
    "balanced accuracy": "val_balanced_accuracy",
    "macro-F1": "val_macro_f1",
}
LONGEST = 24  # letters of a name that are drawn
MOST_NUMBERED = 25  # classes up to which every cell of the matrix holds its number


def curves(history: Sequence[EpochRow]) -> str:
    """Loss of training and validation, and the validation scores, over the epochs."""
    with _style():
        figure = Figure(figsize=(9, 3.2), layout="constrained")
        losses, fractions = figure.subplots(1, 2)
        _lines(losses, history, {"training": "loss", "validation": "val_loss"})
        _lines(fractions, history, SCORES)
        losses.set_ylabel("loss (nats)")
        fractions.set_ylabel("validation score")
        return _svg(figure)


def _lines(axes: Axes, history: Sequence[EpochRow], columns: Mapping[str, str]) -> None:
    """A line for each column of the history, under its name."""
    epochs = [row.epoch for row in history]
    for name, column in columns.items():
        axes.plot(epochs, [getattr(row, column) for row in history], label=name, marker=".")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set_xlabel("epoch")
    axes.legend(frameon=False)
    axes.grid(alpha=0.3)


def rates_picture(rows: Sequence[RateRow], suggested: float) -> str:
    """The loss over the rates of a search, and the rate that was read from it."""
    with _style():
        figure = Figure(figsize=(6, 3.2), layout="constrained")
        axes = figure.subplots()
        rates = [row.lr for row in rows]
        axes.plot(rates, [row.loss for row in rows], ".", alpha=0.4, label="of a batch")
        axes.plot(rates, [row.smoothed for row in rows], label="smoothed")
        axes.axvline(suggested, color="black", linestyle=":", label=f"suggested: {suggested:g}")
        axes.set(xscale="log", xlabel="learning rate", ylabel="loss (nats)")
        axes.legend(frameon=False)
        axes.grid(alpha=0.3)
        return _svg(figure)


def layers_picture(rows: Sequence[LayerRow]) -> str:
    """Spread of the output and gradient of each layer, in the first and in the last epoch."""
    with _style():
        figure = Figure(figsize=(9, 3.6), layout="constrained")
        panels = {"std": "spread of the output", "output_gradient": "|dloss/doutput|"}
        for axes, (column, name) in zip(figure.subplots(1, 2), panels.items(), strict=True):
            for epoch in sorted({rows[0].epoch, rows[-1].epoch}):
                line = {row.layer: getattr(row, column) for row in rows if row.epoch == epoch}
                axes.plot(list(line), list(line.values()), marker=".", label=f"epoch {epoch}")
            axes.set(yscale="log", ylabel=name)
            axes.tick_params(axis="x", rotation=90)
            axes.legend(frameon=False)
            axes.grid(alpha=0.3)
        return _svg(figure)


def confusion_picture(matrix: Array, classes: Sequence[str]) -> str:
    """Rows are labels, columns predictions; colours are shares of the row: (K, K)."""
    with _style():
        side = min(3 + 0.32 * len(classes), 16)  # inches
        figure = Figure(figsize=(side + 0.6, side), layout="constrained")
        axes = figure.subplots()
        shares = matrix / matrix.sum(axis=1, keepdims=True).clip(min=1)
        axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
        names = [drawn(name, number) for number, name in enumerate(classes)]
        axes.set_xticks(range(len(names)), names, rotation=90, parse_math=False)
        axes.set_yticks(range(len(names)), names, parse_math=False)
        axes.set(xlabel="predicted", ylabel="label")
        if len(classes) <= MOST_NUMBERED:
            for (row, column), count in _cells(matrix):
                shade = "white" if shares[row, column] > 0.5 else "black"
                axes.text(column, row, str(count), ha="center", va="center", color=shade)
        return _svg(figure)


def drawn(name: str, number: int) -> str:
    """A class name as it can be drawn: itself, shortened when long, or else its number."""
    if not set(name) <= _letters():
        return f"class {number}"
    return name if len(name) <= LONGEST else name[: LONGEST - 1] + "…"


def _cells(matrix: Array) -> Iterator[tuple[tuple[int, int], int]]:
    for row, counts in enumerate(matrix.tolist()):
        for column, count in enumerate(counts):
            if count:
                yield (row, column), count


@contextmanager
def _style() -> Iterator[None]:
    _add_japanese_font()
    with mpl.rc_context(STYLE):
        yield


@cache
def _add_japanese_font() -> None:
    """Make IPAexGothic known. Importing its package instead would restyle the user's plots."""
    package = find_spec("matplotlib_fontja")
    if package is None or package.origin is None:
        raise ModuleNotFoundError("matplotlib_fontja is missing; install deeprunning again")
    fontManager.addfont(str(Path(package.origin).parent / "fonts" / "ipaexg.ttf"))


@cache
def _letters() -> set[str]:
    """Every letter that one of our fonts has."""
    _add_japanese_font()
    return {chr(code) for name in FONTS for code in FT2Font(findfont(name)).get_charmap()}


def _svg(figure: Figure) -> str:
    text = io.StringIO()
    figure.savefig(text, format="svg", metadata={"Date": None, "Creator": None})
    return text.getvalue()
