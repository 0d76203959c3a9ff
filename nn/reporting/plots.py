"""Pictures of a training: curves over its epochs, and the loss over learning rates."""

from collections.abc import Mapping, Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from nn.reporting.drawing import INK, ruled, style, svg
from nn.training.diagnosis import LayerRow
from nn.training.epoch import EpochRow
from nn.training.finder import RateRow

SCORES = {
    "accuracy": "val_accuracy",
    "balanced accuracy": "val_balanced_accuracy",
    "macro-F1": "val_macro_f1",
}


def curves(history: Sequence[EpochRow]) -> str:
    """Loss of training and validation, and the validation scores, over the epochs."""
    with style():
        figure = Figure(figsize=(9, 3.2), layout="constrained")
        losses, fractions = figure.subplots(1, 2)
        _lines(losses, history, {"training": "loss", "validation": "val_loss"})
        _lines(fractions, history, SCORES)
        losses.set_ylabel("loss (nats)")
        fractions.set_ylabel("validation score")
        return svg(figure)


def _lines(axes: Axes, history: Sequence[EpochRow], columns: Mapping[str, str]) -> None:
    """A line for each column of the history, under its name."""
    epochs = [row.epoch for row in history]
    for name, column in columns.items():
        axes.plot(epochs, [getattr(row, column) for row in history], label=name, marker=".")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set_xlabel("epoch")
    axes.legend(frameon=False)
    ruled(axes)


def rates_picture(rows: Sequence[RateRow], suggested: float) -> str:
    """The loss over the rates of a search, and the rate that was read from it."""
    with style():
        figure = Figure(figsize=(6, 3.2), layout="constrained")
        axes = figure.subplots()
        rates = [row.lr for row in rows]
        axes.plot(rates, [row.loss for row in rows], ".", alpha=0.4, label="of a batch")
        axes.plot(rates, [row.smoothed for row in rows], label="smoothed")
        axes.axvline(suggested, color=INK, linestyle=":", label=f"suggested: {suggested:g}")
        axes.set(xscale="log", xlabel="learning rate", ylabel="loss (nats)")
        axes.legend(frameon=False)
        ruled(axes)
        return svg(figure)


def layers_picture(rows: Sequence[LayerRow]) -> str:
    """Spread of the output and gradient of each layer, in the first and in the last epoch."""
    with style():
        figure = Figure(figsize=(9, 3.6), layout="constrained")
        panels = {"std": "spread of the output", "output_gradient": "|dloss/doutput|"}
        for axes, (column, name) in zip(figure.subplots(1, 2), panels.items(), strict=True):
            for epoch in sorted({rows[0].epoch, rows[-1].epoch}):
                line = {row.layer: getattr(row, column) for row in rows if row.epoch == epoch}
                axes.plot(list(line), list(line.values()), marker=".", label=f"epoch {epoch}")
            axes.set(yscale="log", ylabel=name)
            axes.tick_params(axis="x", rotation=90)
            axes.legend(frameon=False)
            ruled(axes)
        return svg(figure)
