"""The confusion matrix as a picture."""

import math
from collections.abc import Iterator, Sequence

from matplotlib.figure import Figure

from nn.arrays import Array
from nn.reporting.drawing import style, svg
from nn.reporting.lettering import drawn, legend

MOST_NUMBERED = 25  # classes up to which every cell of the matrix holds its number
CELL, WIDEST = 0.32, 13.0  # inches: a side of a cell, and of the matrix at most
LARGEST, SMALLEST = 9.0, 5.0  # points: the size of names, as room allows


def confusion_picture(matrix: Array, classes: Sequence[str]) -> str:
    """Rows are labels, columns predictions; colours are shares of the row: (K, K).

    Where there is no room for every name, every second, third, ... is named.
    """
    side = min(CELL * len(classes), WIDEST)
    room = 0.85 * 72 * side / max(len(classes), 1)  # points
    every = range(0, len(classes), max(1, math.ceil(SMALLEST / room)))
    names = [drawn(classes[number], number) for number in every]
    size = min(LARGEST, max(SMALLEST, room))
    with style():
        figure = Figure(figsize=(side + 3.6, side + 3), layout="constrained")
        axes = figure.subplots()
        shares = matrix / matrix.sum(axis=1, keepdims=True).clip(min=1)
        axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
        axes.set_xticks(every, names, rotation=90, parse_math=False, fontsize=size)
        axes.set_yticks(every, names, parse_math=False, fontsize=size)
        axes.tick_params(length=0)
        axes.spines[:].set_visible(False)
        axes.set(xlabel="predicted", ylabel="label")
        if len(classes) <= MOST_NUMBERED:
            for (row, column), count in _cells(matrix):
                shade = "white" if shares[row, column] > 0.5 else "black"
                axes.text(column, row, str(count), ha="center", va="center", color=shade)
        return svg(figure, legend(classes))


def _cells(matrix: Array) -> Iterator[tuple[tuple[int, int], int]]:
    for row, counts in enumerate(matrix.tolist()):
        for column, count in enumerate(counts):
            if count:
                yield (row, column), count
