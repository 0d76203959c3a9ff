"""Plots of studies as SVG text: lines over layers, steps or rates, and paths over a surface."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from nn.arrays import Array
from nn.reporting.drawing import ruled, style, svg

COLOURS = 5  # of the style; lines beyond them are dashed
LEVELS = 16  # contour lines


class Line(NamedTuple):
    """A curve and its name; `x` counts from 1 where it is not given."""

    name: str
    y: Array  # (n,)
    x: Array | None = None


class Window(NamedTuple):
    """The part of a plane that a surface is drawn on."""

    left: float
    right: float
    bottom: float
    top: float


def curves(lines: Sequence[Line], *, x: str, y: str, log: bool = False, log_x: bool = False) -> str:
    """Some curves over one axis; what is not finite is left out."""
    with style():
        figure = Figure(figsize=(5.6, 3.2), layout="constrained")
        axes = figure.subplots()
        for number, line in enumerate(lines):
            at = np.arange(1, len(line.y) + 1) if line.x is None else line.x
            axes.plot(at, line.y, _dash(number), marker=".", label=line.name)
        if log:
            axes.set_yscale("log")
        if log_x:
            axes.set_xscale("log")
        else:
            axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.set(xlabel=x, ylabel=y)
        axes.legend(frameon=False, fontsize=7)
        ruled(axes)
        return svg(figure)


def paths(
    surface: Callable[[Array], Array], window: Window, lines: Sequence[tuple[str, Array]]
) -> str:
    """Paths (T, 2) over the contours of a surface (..., 2) -> (...)."""
    with style():
        figure = Figure(figsize=(5.6, 3.6), layout="constrained")
        axes = figure.subplots()
        left, right, bottom, top = window
        x, y = np.meshgrid(np.linspace(left, right, 120), np.linspace(bottom, top, 120))
        height = surface(np.stack([x, y], axis=-1))
        axes.contour(x, y, height, levels=LEVELS, colors="0.8", linewidths=0.6)
        for number, (name, path) in enumerate(lines):
            x, y = path.T
            axes.plot(x, y, _dash(number), marker=".", markersize=3, linewidth=1, label=name)
        axes.set(xlim=(left, right), ylim=(bottom, top), xlabel="x", ylabel="y")
        axes.legend(frameon=False, fontsize=7)
        return svg(figure)


def _dash(number: int) -> str:
    return "-" if number < COLOURS else "--"
