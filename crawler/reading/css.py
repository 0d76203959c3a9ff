"""Backgrounds in CSS: the addresses of the images they show."""

import re
from collections.abc import Iterator

COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
STRING = r"""(?:"[^"]*+"|'[^']*+')"""
ADDRESS = rf"""url\(\s*+(?:{STRING}|[^\s"'()]++)\s*+\)"""
BACKGROUND = re.compile(
    rf"(?<![\w-])background(?:-image)?\s*+:((?:{ADDRESS}|{STRING}|[^;}}])*+)", re.IGNORECASE
)
SHOWN = re.compile(ADDRESS, re.IGNORECASE)
ESCAPE = re.compile(r"\\(?:([0-9a-fA-F]{1,6})\s?|(.))", re.DOTALL)


def backgrounds(css: str) -> Iterator[str]:
    """The first image of each background that is set, as written but for escapes (CSS Syntax 3)."""
    for declaration in BACKGROUND.finditer(COMMENT.sub(" ", css)):
        shown = SHOWN.search(declaration[1])
        if shown:
            written = shown[0][len("url(") : -1].strip().strip("\"'")
            yield ESCAPE.sub(_character, written)


def _character(escape: re.Match[str]) -> str:
    number = int(escape[1], 16) if escape[1] else 0
    return chr(number) if 0 < number < 0x110000 else escape[2] or "\ufffd"
