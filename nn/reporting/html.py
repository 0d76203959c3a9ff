"""HTML by small functions: text is escaped, links lead to web pages only, numbers have names."""

import base64
import html
import io
from collections.abc import Iterable, Sequence
from pathlib import Path

from PIL import Image

from nn.arrays import Array
from nn.reporting.words import decimal, percent

STYLE = Path(__file__).with_name("page.css")
POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
LONGEST_LINK = 500  # letters of an address that is made a link: more would swell a page


class Html(str):
    """Text that is markup already; any other text is escaped when it becomes a child."""

    __slots__ = ()


def tag(name: str, *children: object, **attributes: object) -> Html:
    """An element: `tag("td", 3, cls="n")` is `<td class="n">3</td>`; None leaves one out."""
    return Html(f"<{name}{_written(attributes)}>{join(*children)}</{name}>")


def join(*children: object) -> Html:
    """The children one after the other, each escaped unless it is markup."""
    return Html("".join(map(_markup, children)))


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


def link(url: str, *children: object) -> Html:
    """A link to a web page, or only its text where the URL is no web address, or without end."""
    return tag("a", *children, href=url, rel="noreferrer") if is_web(url) else join(*children)


def is_web(url: str) -> bool:
    return url.startswith(("http://", "https://")) and len(url) <= LONGEST_LINK


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
    """A page that holds all it shows: whatever it says, a browser asks nobody for anything."""
    head = tag(
        "head",
        Html('<meta charset="utf-8">'),
        Html('<meta name="viewport" content="width=device-width, initial-scale=1">'),
        Html(f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'),
        tag("title", title),
        tag("style", Html(STYLE.read_text(encoding="utf-8"))),
    )
    body = tag("body", tag("header", tag("h1", title), *header), tag("main", *sections))
    return f"<!doctype html>\n{tag('html', head, body, lang='en')}\n"


def _image(body: bytes, kind: str, alt: str) -> Html:
    source = f"data:{kind};base64,{base64.b64encode(body).decode('ascii')}"
    return Html(f"<img{_written({'src': source, 'alt': alt})}>")


def _markup(child: object) -> str:
    return child if isinstance(child, Html) else html.escape(str(child))


def _written(attributes: dict[str, object]) -> str:
    return "".join(
        f' {"class" if key == "cls" else key.replace("_", "-")}="{html.escape(str(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
