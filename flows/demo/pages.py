"""The pages of the demo's web site as HTML. Pure: numbers and names in, text out."""

from collections.abc import Iterable
from html import escape
from urllib.parse import quote

PAGE = """\
<!DOCTYPE html>
<html lang="{language}">
<meta charset="{charset}">
<title>{title}</title>
<h1>{title}</h1>
<img src="/spacer.gif" alt="">
{body}
</html>
"""
TITLES = {"薔薇": "薔薇の写真"}  # the others have English ones


def page(title: str, *body: str, language: str = "en", charset: str = "utf-8") -> str:
    """A whole page around the given pieces of HTML."""
    lines = "\n".join(body)
    return PAGE.format(title=escape(title), body=lines, language=language, charset=charset)


def gallery_title(label: str) -> str:
    return TITLES.get(label, f"Pictures of a {label}")


def figure(label: str, name: str) -> str:
    """A photo that is offered in two sizes, its thumbnail first, and a link to the larger one."""
    photo, thumb = (quote(f"/{folder}/{label}/{name}") for folder in ("photos", "thumbs"))
    return (
        f'<figure><a href="{photo}"><img src="{thumb}" srcset="{thumb} 64w, {photo} 128w" '
        f'alt="{escape(label)}"></a></figure>'
    )


def image(url: str, alt: str = "") -> str:
    return f'<img src="{quote(url)}" alt="{escape(alt)}">'


def link(url: str, text: str) -> str:
    """A link with its address as it was typed, Japanese left as it is."""
    return f'<p><a href="{escape(url)}">{escape(text)}</a></p>'


def pager(label: str, number: int, count: int) -> str:
    """Links to the pages of a gallery that come before and after page `number` of `count`."""
    address = quote(f"/gallery/{label}/")
    near: Iterable[int] = (n for n in (number - 1, number + 1) if 1 <= n <= count)
    return "\n".join(link(f"{address}?page={n}" if n > 1 else address, f"page {n}") for n in near)
