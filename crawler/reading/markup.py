"""The markup of a page, cut into tags as browsers cut it, brought into balance, in linear time.

Python's html.parser can take hours for a page of `<a <a <a` (before its repairs of 2025), and reads
`?a=1&copy=2` in an attribute as `?a=1©=2`. Here a page is cut into tags as the HTML Standard says
(section 13.2.5), in one pass that never looks back; end tags stand where they belong, nesting is as
deep as in browsers. Comments and doctypes are left out; scripts and styles are no text of the page.
"""

import re
from collections import Counter
from collections.abc import Iterator
from html import escape, unescape
from html.entities import html5
from itertools import islice
from typing import NamedTuple

DEEPEST = 512  # elements within each other; what is deeper is put beside, as Chrome does
ATTRIBUTES = 1000  # of one element; what follows is left out

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
NUMBER = re.compile(r"&#([0-9]{8,}+)")  # of a character; Python refuses the longest of them
REFERENCE = re.compile(r"&([a-zA-Z][a-zA-Z0-9]*+)(;?)(=?)")
ORDINARY = re.compile(r"[a-z_:@][a-z0-9_:@.-]*")
MARKS = str.maketrans("", "", "<&")

# Elements without content; with nothing but text up to their end tag; closed by the next of a kind.
VOID = {
    *("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param"),
    *("source", "track", "wbr"),
}
TEXT_ONLY = {"script", "style", "xmp", "iframe", "noembed", "noframes", "title", "textarea"}
RAW = {"script", "style"}  # of these what is told of
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
        for match in islice(ATTRIBUTE.finditer(self.inside), ATTRIBUTES):
            values.setdefault(match[1].lower(), match[2] or "")
        return {name: _decoded(value) for name, value in values.items()}


class Raw(NamedTuple):
    """What stands in a script or a style: no text for people, and without markup."""

    tag: Tag
    text: str


Token = Tag | Raw | str  # a str is text between tags


def plain(page: str, most: int | None = None) -> str:
    """The page written anew, so plainly that any parser reads it alike.

    Nothing but tags, all in balance, with quoted attributes, and the text between them without <
    and &. After so many tags and texts as `most` says the rest is left out.
    """
    kept = (token for token in balanced(page) if not isinstance(token, Raw))
    return "".join(map(_written, islice(kept, most)))


def balanced(page: str) -> Iterator[Token]:
    """Tags in balance, except that what is open at the end stays so, and what lies between them.

    Elements of VOID have no end tag.
    """
    nest = _Nest()
    for token in tokens(page.replace("\0", "\ufffd")):
        if isinstance(token, str):
            if token:
                yield decoded(token)
        elif isinstance(token, Raw):
            yield token
        elif token.ends:
            yield from nest.end(token.name)
        else:
            if token.name in IN_A_ROW and nest.innermost == token.name:
                yield from nest.end(token.name)
            yield token
            yield from nest.start(token.name)


def tokens(page: str) -> Iterator[Token]:
    """Tags and what lies between them."""
    at = 0
    while token := TOKEN.search(page, at):
        yield page[at : token.start()]
        at = token.end()
        name = (token["name"] or "").lower()
        if name and not token["end"]:
            return  # the page ends within a tag, which then is none
        tag = Tag(name, token["slash"] == "/", token["inside"])
        if ORDINARY.fullmatch(name):
            yield tag
        if name in TEXT_ONLY and not tag.ends:
            end = re.compile(rf"</{name}[\t\n\f\r />]", re.IGNORECASE).search(page, at)
            begun, at = at, end.start() if end else len(page)
            if name in RAW:
                yield Raw(tag, page[begun:at])
    yield page[at:]


class _Nest:
    """The elements that are open at one place of a page."""

    def __init__(self) -> None:
        self._open: list[str] = []
        self._count: Counter[str] = Counter()  # how many of each name are open

    @property
    def innermost(self) -> str:
        return self._open[-1] if self._open else ""

    def start(self, name: str) -> Iterator[Tag]:
        """An element begins; what lies too deep ends at once."""
        if name not in VOID:
            self._open.append(name)
            self._count[name] += 1
            if len(self._open) > DEEPEST:
                yield Tag(name, ends=True, inside="")

    def end(self, name: str) -> Iterator[Tag]:
        """Close the innermost element of this name and all that is open within it."""
        while self._count[name]:
            closed = self._open.pop()
            self._count[closed] -= 1
            if len(self._open) < DEEPEST:  # else it was closed where it began
                yield Tag(closed, ends=True, inside="")
            if closed == name:
                break


def _written(token: Tag | str) -> str:
    if isinstance(token, str):
        return token.translate(MARKS)
    if token.ends:
        return f"</{token.name}>"
    attributes = "".join(
        f' {name}="{escape(value)}"'
        for name, value in token.attributes.items()
        if ORDINARY.fullmatch(name)
    )
    # Of void elements bs4 lists what it closes itself, and searches that often.
    return f"<{token.name}{attributes}{'/' * (token.name in VOID)}>"


def decoded(text: str) -> str:
    """The text with its character references resolved."""
    return unescape(NUMBER.sub(_shorter, text)) if "&" in text else text


def _shorter(match: re.Match[str]) -> str:
    """A number of few digits that names the same character, or as little any character at all."""
    return "&#" + (match[1].lstrip("0")[:8] or "0")


def _decoded(value: str) -> str:
    """The value of an attribute without its quotes, its character references resolved."""
    if value[:1] in {'"', "'"}:
        value = value[1:-1]
    return decoded(REFERENCE.sub(_or_ampersand, value)) if "&" in value else value


def _or_ampersand(match: re.Match[str]) -> str:
    """A named reference, or the same characters where an attribute may not hold it.

    Without a semicolon it must be a whole old name (`&copy`), and no `=` may follow.
    """
    name, semicolon, equals = match.groups()
    known = name + semicolon in html5 and (semicolon or not equals)
    return match[0] if known else "&amp;" + match[0][1:]
