"""The markup of a page, rewritten so plainly that any parser reads it alike, and in linear time.

Python's html.parser can take hours for a page of `<a <a <a` (before its repairs of 2025), and reads
`?a=1&copy=2` in an attribute as `?a=1©=2`. Here a page is cut into tags as the HTML Standard says
(section 13.2.5), in one pass that never looks back, and each tag is written again: attributes
quoted, end tags where they belong, nesting as deep as in browsers. Comments, doctypes and what
stands in scripts and styles are left out.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from html import escape, unescape
from html.entities import html5
from itertools import islice
from typing import NamedTuple

DEEPEST = 512  # elements within each other; what is deeper is written beside, as Chrome does
MOST = 200_000  # tags and texts of a page; what follows is left out, as beyond the cap on its bytes

# Every repetition is possessive (`*+`): what it took it never gives back.
VALUE = r"""(?:"[^"]*+"?|'[^']*+'?|[^\t\n\f\r >"'][^\t\n\f\r >]*+)"""
NAME = r"(?:=[^\t\n\f\r />=]*+|[^\t\n\f\r />=]++)"
EQUALS = r"[\t\n\f\r ]*+=[\t\n\f\r ]*+"
TOKEN = re.compile(
    r"<!--(?:-?>|.*?(?:--!?>|\Z))"  # a comment
    r"|<(?P<slash>/?)(?P<name>[a-zA-Z][^\t\n\f\r />]*+)"  # a tag
    rf"(?P<inside>(?:[\t\n\f\r /]++|{NAME}(?:{EQUALS}{VALUE}?+)?+)*+)(?P<end>>?)"
    r"|<[!?/][^>]*+>?",  # a doctype or the like
    re.DOTALL,
)
ATTRIBUTE = re.compile(rf"({NAME})(?:{EQUALS}({VALUE})?+)?+")
REFERENCE = re.compile(r"&([a-zA-Z][a-zA-Z0-9]*+)(;?)(=?)")
ORDINARY = re.compile(r"[a-z_:@][a-z0-9_:@.-]*")
MARKS = str.maketrans("", "", "<&")

# Elements without content; with nothing but text up to their end tag; closed by the next of a kind.
VOID = {
    *("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param"),
    *("source", "track", "wbr"),
}
TEXT_ONLY = {"script", "style", "xmp", "iframe", "noembed", "noframes", "title", "textarea"}
IN_A_ROW = {"a", "p", "li", "dt", "dd", "option", "tr", "td", "th"}


class Tag(NamedTuple):
    """A start tag or an end tag."""

    name: str  # in small letters
    ends: bool
    inside: str  # its attributes, as written

    @property
    def attributes(self) -> dict[str, str]:
        """The value of each attribute by its name in small letters; of equal names the first."""
        values: dict[str, str] = {}
        for name, value in ATTRIBUTE.findall(self.inside):
            values.setdefault(name.lower(), value)
        return {name: _decoded(value) for name, value in values.items()}


def plain(page: str) -> str:
    """The page with nothing but tags, all in balance, and the text between them without < and &."""
    nest = _Nest()
    return "".join(map(nest.write, islice(tokens(page.replace("\0", "\ufffd")), MOST)))


def tokens(page: str) -> Iterator[Tag | str]:
    """Tags and the text between them."""
    at = 0
    while token := TOKEN.search(page, at):
        yield page[at : token.start()]
        at = token.end()
        name = (token["name"] or "").lower()
        if name and not token["end"]:
            return  # the page ends within a tag, which then is none
        if ORDINARY.fullmatch(name):
            yield Tag(name, token["slash"] == "/", token["inside"])
        if name in TEXT_ONLY and not token["slash"]:
            end = re.compile(rf"</{name}[\t\n\f\r />]", re.IGNORECASE).search(page, at)
            at = end.start() if end else len(page)
    yield page[at:]


class _Nest:
    """The elements that are open while a page is written."""

    def __init__(self) -> None:
        self._open: list[str] = []
        self._count: Counter[str] = Counter()  # how many of each name are open

    def write(self, token: Tag | str) -> str:
        if isinstance(token, str):
            return unescape(token).translate(MARKS)
        if token.ends:
            return self._end(token.name)
        in_a_row = token.name in IN_A_ROW and self._open[-1:] == [token.name]
        return (self._end(token.name) if in_a_row else "") + self._start(token)

    def _start(self, tag: Tag) -> str:
        written = f"<{tag.name}{_written(tag.attributes)}"
        if tag.name in VOID:
            return f"{written}/>"  # else bs4 lists what it closed itself, and searches that often
        written += ">"
        self._open.append(tag.name)
        self._count[tag.name] += 1
        return written if len(self._open) <= DEEPEST else f"{written}</{tag.name}>"

    def _end(self, name: str) -> str:
        """Close the innermost element of this name and all that is open within it."""
        written = ""
        while self._count[name]:
            closed = self._open.pop()
            self._count[closed] -= 1
            if len(self._open) < DEEPEST:  # else it was closed where it began
                written += f"</{closed}>"
            if closed == name:
                break
        return written


def _written(attributes: Mapping[str, str]) -> str:
    return "".join(
        f' {name}="{escape(value)}"'
        for name, value in attributes.items()
        if ORDINARY.fullmatch(name)
    )


def _decoded(value: str) -> str:
    """The value of an attribute without its quotes, its character references resolved."""
    if value[:1] in {'"', "'"}:
        value = value[1:-1]
    return unescape(REFERENCE.sub(_or_ampersand, value)) if "&" in value else value


def _or_ampersand(match: re.Match[str]) -> str:
    """A named reference, or the same characters where an attribute may not hold it.

    Without a semicolon it must be a whole old name (`&copy`), and no `=` may follow.
    """
    name, semicolon, equals = match.groups()
    known = name + semicolon in html5 and (semicolon or not equals)
    return match[0] if known else "&amp;" + match[0][1:]
