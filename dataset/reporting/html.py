"""HTML by small functions: text is escaped, links lead to web pages only."""

import html
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

STYLE = Path(__file__).with_name("page.css")  # what all pages of ours have in common
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


def link(url: str, *children: object) -> Html:
    """A link to a web page, or only its text where the URL is no web address, or without end."""
    if not url.startswith(("http://", "https://")) or len(url) > LONGEST_LINK:
        return join(*children)
    return tag("a", *children, href=url, rel="noreferrer")


def picture(source: str, alt: str, **attributes: object) -> Html:
    """An image, shown from a `data:` URL."""
    return Html(f"<img{_written({'src': source, 'alt': alt, **attributes})}>")


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
    """A page that holds all it shows: whatever it says, a browser asks nobody for anything."""
    head = tag(
        "head",
        Html('<meta charset="utf-8">'),
        Html('<meta name="viewport" content="width=device-width, initial-scale=1">'),
        Html(f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'),
        tag("title", title),
        tag("style", Html(STYLE.read_text(encoding="utf-8") + style)),
    )
    return f"<!doctype html>\n{tag('html', head, tag('body', *children), lang='en')}\n"


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


def _markup(child: object) -> str:
    return child if isinstance(child, Html) else html.escape(str(child))


def _written(attributes: dict[str, object]) -> str:
    return "".join(
        f' {"class" if key == "cls" else key.replace("_", "-")}="{html.escape(str(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
