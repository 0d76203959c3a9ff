"""Pages and tables of the reports, of all stages."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from crawler.html import Html, document, join, link, picture, tag

__all__ = ["Html", "join", "link", "page", "picture", "table", "tag"]

STYLE = Path(__file__).with_name("page.css")


def table(
    head: Sequence[object],
    rows: Iterable[Sequence[object]],
    *,
    caption: str | None = None,
    words: int = 1,
) -> Html:
    """A table that scrolls sideways on a narrow screen.

    The first cell of a row names it. The first `words` columns hold text and stand on the left,
    numbers on the right.
    """
    titles = (
        tag("th", title, scope="col", cls="w" if column < words else None)
        for column, title in enumerate(head)
    )
    said = [tag("caption", caption)] if caption else []
    body = tag("tbody", *(tag("tr", *_cells(row)) for row in rows))
    whole = tag("table", *said, tag("thead", tag("tr", *titles)), body)
    region = {"role": "region", "aria_label": caption} if caption else {}
    return tag("div", whole, cls="scroll", tabindex=0, **region)


def page(title: str, style: str, *children: object) -> str:
    """A page in the look of the reports, and in `style` of its own."""
    return document(title, STYLE.read_text(encoding="utf-8") + style, *children)


def _cells(row: Sequence[object]) -> Iterator[Html]:
    for column, value in enumerate(row):
        if column == 0:
            yield tag("th", _number(value), scope="row")
        elif isinstance(value, int | float):
            yield tag("td", _number(value), cls="n" if value else "n none")
        else:
            yield tag("td", value)


def _number(value: object) -> object:
    if isinstance(value, float):
        return f"{value:.3f}"
    return f"{value:,}" if isinstance(value, int) else value
