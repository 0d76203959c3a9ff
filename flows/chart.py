"""A line chart as inline SVG, which takes its colours and letters from the page around it."""

import math
from collections.abc import Mapping, Sequence

from dataset.reporting.html import Html, join, tag

WIDTH, HEIGHT = 480, 240  # units of the drawing; the page scales it
LEFT, RIGHT, TOP, BOTTOM = 44, 10, 12, 30  # margins for the numbers


def lines(title: str, series: Mapping[str, Sequence[float]], *, top: float | None = None) -> Html:
    """One line a series over 1, 2, 3 ...; `top` fixes the end of the axis. NaN is left out."""
    known = [value for values in series.values() for value in values if math.isfinite(value)]
    count = max((len(values) for values in series.values()), default=0)
    ceiling = top or max(known, default=1.0) or 1.0
    drawn = [
        _line(values, count, ceiling, f"line s{number}")
        for number, values in enumerate(series.values())
    ]
    names = [tag("span", name, cls=f"key s{number}") for number, name in enumerate(series)]
    return tag(
        "figure",
        tag("figcaption", tag("b", title), " ", *names),
        tag(
            "svg",
            *_grid(ceiling),
            *_numbers(count),
            *drawn,
            viewBox=f"0 0 {WIDTH} {HEIGHT}",
            role="img",
            aria_label=title,
        ),
        cls="chart",
    )


def _grid(ceiling: float) -> list[Html]:
    """Five level lines, each with its value."""
    levels = [ceiling * step / 4 for step in range(5)]
    return [
        join(
            tag("line", x1=LEFT, x2=WIDTH - RIGHT, y1=_y(level, ceiling), y2=_y(level, ceiling)),
            tag("text", f"{level:.2g}", x=LEFT - 6, y=_y(level, ceiling) + 4, text_anchor="end"),
        )
        for level in levels
    ]


def _numbers(count: int) -> list[Html]:
    """The first and the last number under the axis."""
    ends = sorted({1, count} - {0})
    return [
        tag("text", number, x=_x(number - 1, count), y=HEIGHT - 8, text_anchor="middle")
        for number in ends
    ]


def _line(values: Sequence[float], count: int, ceiling: float, cls: str) -> Html:
    points = [
        f"{_x(index, count):.1f},{_y(min(value, ceiling), ceiling):.1f}"
        for index, value in enumerate(values)
        if math.isfinite(value)
    ]
    if len(points) == 1:
        x, y = points[0].split(",")
        return tag("circle", cx=x, cy=y, r=3, cls=cls)
    return tag("polyline", points=" ".join(points), cls=cls)


def _x(index: int, count: int) -> float:
    return LEFT + (WIDTH - LEFT - RIGHT) * (index / (count - 1) if count > 1 else 0.5)


def _y(value: float, ceiling: float) -> float:
    return TOP + (HEIGHT - TOP - BOTTOM) * (1 - value / ceiling)
