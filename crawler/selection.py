"""The parts of a page that a CSS selector matches."""

from io import StringIO

from bs4 import BeautifulSoup

from crawler.elements import NAMES
from crawler.markup import plain

MOST = 60_000  # tags and texts that are looked at; images in what follows do not count


def selected(page: str, select: str) -> set[int]:
    """The positions (as of crawler.elements) of all links and images in the selected parts."""
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
    positions = enumerate(soup.find_all(list(NAMES)))
    return {position for position, element in positions if id(element) in inside}
