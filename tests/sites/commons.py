"""A category of photos as Wikimedia Commons shows it: thumbnails on a host that gives few sizes.

/wiki/Category:Roses                files 1 to 200, and 201 to 204 at ?filefrom=Rose_201.jpg
/wiki/Category:Red_roses            files 301 to 304, a subcategory
/wiki/File:Rose_001.jpg             the page of one file: HTML, whatever its address ends like
/wiki/Roses_of_the_year             files 401 to 408 by an old template, which asks for 512 pixels
127.0.0.2/wikipedia/commons/
    a/ab/Rose_001.jpg                          the original, 1500 x 1000
    thumb/a/ab/Rose_001.jpg/250px-Rose_001.jpg the same at 250 pixels: a size of STEPS, else 429
"""

from collections.abc import Iterable, Mapping

from tests.server import Answer, Body
from tests.sites import MEDIA, SITE, document, origin, page, photo

A_PAGE = 200  # files
CATEGORIES = {"Roses": range(1, 205), "Red_roses": range(301, 305)}
YEARS = range(2001, 2009)
FIRST_OF_THE_YEARS = 401
FILES = {*CATEGORIES["Roses"], *CATEGORIES["Red_roses"], *range(401, 409)}

WIDTH, HEIGHT = 1500, 1000
STEPS = (20, 40, 60, 120, 250, 330, 500, 960, 1280)
LICENCES = (
    "https://creativecommons.org/licenses/by-sa/4.0/",
    "https://creativecommons.org/publicdomain/zero/1.0/",
)

LOGO = '<a href="/wiki/Main_Page"><img src="/static/commonswiki.png" alt="Wikimedia Commons"></a>'
MENU = '<a href="/wiki/Special:Random">Random file</a> <a href="/wiki/Help:Contents">Help</a>'
FOOTER = '<footer><img src="/static/wikimedia-button.png" alt="Wikimedia Foundation"></footer>'


def answer(method: str, host: str, path: str, headers: Mapping[str, str]) -> Body:
    if host == MEDIA:
        return _image(path.removeprefix("/wikipedia/commons/").split("/"))
    if host != SITE:
        return None
    if path == "/robots.txt":
        return "User-agent: *\nDisallow: /w/\nDisallow: /wiki/Special:\n"
    commons = origin(MEDIA, headers).removeprefix("http:") + "/wikipedia/commons"
    name, _, query = path.removeprefix("/wiki/").partition("?")
    return _wiki(name, query, commons)


def file_name(number: int) -> str:
    return f"Rose_{number:03}.jpg"


def _wiki(name: str, query: str, commons: str) -> Body:
    kind, _, rest = name.partition(":")
    if kind == "Category" and rest in CATEGORIES:
        return page(_category(rest, query, commons))
    if kind == "File" and (number := _number(rest)):
        return page(_file(number, commons))
    return page(_years(commons)) if name == "Roses_of_the_year" else None


def _number(name: str) -> int | None:
    """That of the file of this name, if there is one."""
    digits = name.removeprefix("Rose_").removesuffix(".jpg")
    number = int(digits) if digits.isdecimal() else 0
    return number if number in FILES and name == file_name(number) else None


def _image(parts: list[str]) -> Body:
    """An original, or a thumbnail of one of the sizes that the host is willing to make."""
    match parts:
        case ["a", "ab", name] if _number(name):
            return photo(name, WIDTH, HEIGHT)
        case ["thumb", "a", "ab", name, sized] if _number(name) and sized.endswith(f"px-{name}"):
            width = int(sized.removesuffix(f"px-{name}"))
            if width not in STEPS:
                return Answer("Use thumbnail steps", 429, {"Content-Type": "text/plain"})
            return photo(name, width, round(width * HEIGHT / WIDTH))
    return None


def _thumb(commons: str, number: int, width: int) -> str:
    name = file_name(number)
    return f"{commons}/thumb/a/ab/{name}/{width}px-{name}"


def _article(title: str, *body: str) -> str:
    edit = f'<a href="/w/index.php?title={title}&amp;action=edit">Edit</a>'
    return document(title, LOGO, MENU, edit, f"<h1>{title}</h1>", *body, FOOTER)


def _category(name: str, query: str, commons: str) -> str:
    here, numbers = f"/wiki/Category:{name}", CATEGORIES[name]
    shown, rest = numbers[:A_PAGE], numbers[A_PAGE:]
    pager = ""
    if rest:
        border = file_name(rest.start)
        pager = f'(previous page) (<a href="{here}?filefrom={border}#files">next page</a>)'
        if query == f"filefrom={border}":
            shown = rest
            pager = f'(<a href="{here}?fileuntil={border}#files">previous page</a>) (next page)'
    return _article(
        f"Category:{name}",
        '<h2>Subcategories</h2><a href="/wiki/Category:Red_roses">Red roses</a>',
        f'<h2 id="files">Media in category "{name}"</h2>{pager}',
        _gallery(commons, shown),
    )


def _gallery(commons: str, numbers: Iterable[int]) -> str:
    boxes = (_box(commons, number) for number in numbers)
    return '<ul class="gallery mw-gallery-traditional">' + "\n".join(boxes) + "</ul>"


def _box(commons: str, number: int) -> str:
    """A thumbnail and the name of its file, both of them links to the page of the file."""
    name = file_name(number)
    small, middle, large = (_thumb(commons, number, width) for width in (250, 330, 500))
    return (
        f'<li class="gallerybox"><div class="thumb"><a href="/wiki/File:{name}">'
        f'<img alt="" src="{small}" srcset="{middle} 1.5x, {large} 2x" width="250"></a></div>'
        f'<div class="gallerytext"><a href="/wiki/File:{name}">{name}</a></div></li>'
    )


def _file(number: int, commons: str) -> str:
    """The page of a file. The logo beside the licence is an image, too, and nearer to it."""
    name, licence = file_name(number), LICENCES[number % 2]
    return _article(
        f"File:{name}",
        f'<div id="file"><a href="{commons}/a/ab/{name}">'
        f'<img src="{_thumb(commons, number, 960)}" alt="File:{name}"></a>'
        f'<div>Other resolutions: <a href="{_thumb(commons, number, 330)}">330 pixels</a></div>'
        "</div>",
        f'<div class="licensetpl"><img src="{commons}/thumb/7/79/CC.svg/120px-CC.svg.png" alt="">'
        f'This file is licensed under <a rel="license" href="{licence}">this licence</a>.</div>',
    )


def _years(commons: str) -> str:
    rows = (
        f'<tr><td>{year}<td><img src="{_thumb(commons, number, 512)}" alt="open">'
        f'<td><img src="{_thumb(commons, number, 250)}" alt="small">'
        for number, year in enumerate(YEARS, FIRST_OF_THE_YEARS)
    )
    return _article("Roses_of_the_year", "<table>", *rows, "</table>")
