"""Pages, tables, plots and photos of a model's reports; numbers have names."""

import base64
import io
from collections.abc import Iterable, Sequence
from pathlib import Path

from PIL import Image

from crawler.html import Html, document, is_web, join, link, picture, tag
from nn.arrays import Array
from nn.reporting.words import decimal, percent

__all__ = [
    "Html",
    "amount",
    "count",
    "is_web",
    "join",
    "link",
    "number",
    "page",
    "photo",
    "plot",
    "said",
    "section",
    "share",
    "table",
    "tag",
]

STYLE = Path(__file__).with_name("page.css")


def number(text: str, *name: object) -> Html:
    """A number as it is shown, under the name by which a test finds it in a table."""
    return tag("span", text, data_n="/".join(map(str, name)))


def count(value: int, *name: object) -> Html:
    return number(f"{value:,}", *name)


def share(value: float, *name: object) -> Html:
    """A fraction in percent."""
    return number(percent(value), *name)


def amount(value: float, *name: object) -> Html:
    """A number with three decimals."""
    return number(decimal(value), *name)


def said(text: str) -> Html:
    """Words that are not ours, such as a label: in any script, in any direction."""
    return tag("bdi", text)


def table(
    head: Sequence[object], rows: Iterable[Sequence[object]], *, name: str, words: bool = False
) -> Html:
    """A table that scrolls sideways on a narrow screen; `name` is told to who cannot see it.

    The first cell of a row names it; the others stand on the right unless they are words.
    """
    titles = tag("tr", *(tag("th", title, scope="col") for title in head))
    body = (
        tag("tr", tag("th", first, scope="row"), *(tag("td", cell) for cell in rest))
        for first, *rest in rows
    )
    whole = tag("table", tag("thead", titles), tag("tbody", *body), cls="words" if words else None)
    return tag("div", whole, cls="scroll", tabindex=0, role="region", aria_label=name)


def section(title: str, *children: object) -> Html:
    return tag("section", tag("h2", title), *children)


def plot(svg: str, alt: str) -> Html:
    """A picture of its own inside the page, so that names in two SVGs cannot collide."""
    return tag("figure", _image(svg.encode(), "image/svg+xml", alt), cls="plot")


def photo(image: Array, alt: str) -> Html:
    """The pixels (H, W, 3), uint8, as a PNG."""
    body = io.BytesIO()
    Image.fromarray(image).save(body, "PNG")
    return _image(body.getvalue(), "image/png", alt)


def page(title: str, header: Iterable[Html], sections: Iterable[Html]) -> str:
    """A page with a title, a few lines below it and sections."""
    top = tag("header", tag("h1", title), *header)
    return document(title, STYLE.read_text(encoding="utf-8"), top, tag("main", *sections))


def _image(body: bytes, kind: str, alt: str) -> Html:
    return picture(f"data:{kind};base64,{base64.b64encode(body).decode('ascii')}", alt)
