"""Markup by small functions: text is escaped, links lead to web pages only."""

import html
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
    return tag("a", *children, href=url, rel="noreferrer") if is_web(url) else join(*children)


def is_web(url: str) -> bool:
    """Whether an address may be made a link."""
    return url.startswith(("http://", "https://")) and len(url) <= LONGEST_LINK


def picture(source: str, alt: str, **attributes: object) -> Html:
    """An image, shown from a `data:` URL."""
    return Html(f"<img{_written({'src': source, 'alt': alt, **attributes})}>")


def document(title: str, style: str, *children: object) -> str:
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


def _markup(child: object) -> str:
    return child if isinstance(child, Html) else html.escape(str(child))


def _written(attributes: dict[str, object]) -> str:
    return "".join(
        f' {"class" if key == "cls" else key.replace("_", "-")}="{html.escape(str(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
