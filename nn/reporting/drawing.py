"""How every picture of ours is drawn: one style, and SVG text that is equal for equal values."""

import io
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from html import escape
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.rcsetup import cycler

from nn.reporting.lettering import fonts

INK, SOFT, RULE = "#22252a", "#6b7078", "#e4e1da"  # colours are those of crawler/page.css
BLUE, AMBER, GREEN, RED, VIOLET = "#2f6db3", "#b7791f", "#2f7d5b", "#b9423a", "#7a55a8"
STYLE: dict[Any, Any] = {
    "font.size": 9,
    "svg.hashsalt": "deeprunning",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": SOFT,
    "axes.labelcolor": SOFT,
    "xtick.color": SOFT,
    "ytick.color": SOFT,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "axes.prop_cycle": cycler(color=[BLUE, AMBER, GREEN, VIOLET, RED]),
}
COLUMN, LINE = 160, 14  # points that a name in a legend takes
ROOT = re.compile(r'height="[\d.]+pt" viewBox="0 0 ([\d.]+) ([\d.]+)"')


@contextmanager
def style() -> Iterator[None]:
    """The settings of matplotlib within this context; afterwards they are the user's again."""
    with mpl.rc_context(STYLE | {"font.family": list(fonts())}):
        yield


def ruled(axes: Axes) -> None:
    """Thin lines behind what is drawn."""
    axes.grid(color=RULE, linewidth=0.7)
    axes.set_axisbelow(True)


def svg(figure: Figure, legend: Sequence[str] = ()) -> str:
    """The figure as SVG, without a date; lines of a legend stand below it as text."""
    text = io.StringIO()
    figure.savefig(text, format="svg", metadata={"Date": None, "Creator": None})
    return _with_legend(text.getvalue(), legend) if legend else text.getvalue()


def _with_legend(picture: str, lines: Sequence[str]) -> str:
    """An SVG of matplotlib made higher, with the lines in columns at its foot."""
    size = ROOT.search(picture)
    assert size, "matplotlib writes the size of a picture in another form"
    width, height = map(float, size.groups())
    columns = max(1, int(width // COLUMN))
    whole = height + LINE * (-(-len(lines) // columns) + 1)
    texts = "\n".join(
        f'<text x="{12 + COLUMN * (i % columns)}" y="{height + LINE * (i // columns + 1):g}">'
        f"{escape(line)}</text>"
        for i, line in enumerate(lines)
    )
    paper = f'<rect y="{height:g}" width="{width:g}" height="{whole - height:g}" fill="#ffffff"/>'
    foot = f'<g font-family="sans-serif" font-size="9" fill="{INK}">\n{paper}\n{texts}\n</g>'
    higher = f'height="{whole:g}pt" viewBox="0 0 {width:g} {whole:g}"'
    head, _, tail = picture.replace(size[0], higher, 1).rpartition("</svg>")
    return f"{head}{foot}\n</svg>{tail}"
