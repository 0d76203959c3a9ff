"""HTML by small functions: text is escaped, links lead to web pages only."""

import html
from collections.abc import Iterable, Sequence


class Html(str):
    """Text that is markup already; any other text is escaped when it becomes a child."""

    __slots__ = ()


def tag(name: str, *children: object, **attributes: object) -> Html:
    """An element: `tag("td", 3, cls="n")` is `<td class="n">3</td>`; None leaves one out."""
    return Html(f"<{name}{_written(attributes)}>{join(*children)}</{name}>")


def join(*children: object) -> Html:
    """The children one after the other, each escaped unless it is markup."""
    return Html("".join(map(_markup, children)))


def link(url: str, *children: object) -> Html:
    """A link to a web page, or only its text where the URL is no web address."""
    if not url.startswith(("http://", "https://")):
        return join(*children)
    return tag("a", *children, href=url, rel="noreferrer")


def picture(source: str, alt: str) -> Html:
    """An image, shown from a `data:` URL."""
    return Html(f"<img{_written({'src': source, 'alt': alt, 'loading': 'lazy'})}>")


def table(head: Sequence[object], rows: Iterable[Sequence[object]]) -> Html:
    """A table that scrolls sideways on a narrow screen; numbers stand on the right."""
    titles = tag("tr", *(tag("th", title, scope="col") for title in head))
    body = tag("tbody", *(tag("tr", *map(_cell, row)) for row in rows))
    return tag("div", tag("table", tag("thead", titles), body), cls="scroll")


def _cell(value: object) -> Html:
    if isinstance(value, int | float):
        written = f"{value:,}" if isinstance(value, int) else f"{value:.3f}"
        return tag("td", written, cls="n" if value else "n none")
    return tag("td", value)


def _markup(child: object) -> str:
    return child if isinstance(child, Html) else html.escape(str(child))


def _written(attributes: dict[str, object]) -> str:
    return "".join(
        f' {"class" if key == "cls" else key.replace("_", "-")}="{html.escape(str(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
