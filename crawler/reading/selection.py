"""The parts of a page that a CSS selector matches.

BeautifulSoup is imported where it is needed: a crawl of whole pages does without.
"""

from io import StringIO

from crawler.errors import CrawlerError
from crawler.reading.elements import NAMES, has_background
from crawler.reading.markup import plain

MOST = 60_000  # tags and texts that are looked at; images in what follows do not count


def check(select: str) -> None:
    """Raises CrawlerError where `select` is no CSS selector."""
    import soupsieve

    try:
        soupsieve.compile(select)
    except soupsieve.SelectorSyntaxError as error:
        raise CrawlerError(f"select {select!r} is no CSS selector") from error


def selected(page: str, select: str) -> set[int]:
    """The positions, as of `elements`, of all links and images in the selected parts."""
    from bs4 import BeautifulSoup

    soup = BeautifulSoup(
        StringIO(plain(page, MOST)),  # a file, since a short text may be taken for the name of one
        "html.parser",
        multi_valued_attributes=None,
        store_line_numbers=False,
    )
    inside = {id(part) for part in soup.select(select)}
    for element in soup.find_all():  # parents come before their children
        if id(element.parent) in inside:
            inside.add(id(element))
    found = soup.find_all(lambda tag: tag.name in NAMES or has_background(tag.attrs))
    positions = enumerate(found)
    return {position for position, element in positions if id(element) in inside}
