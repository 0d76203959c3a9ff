"""Class names in pictures: which can be drawn as they are, and numbers for those that cannot.

Fonts travel with the program, so that 薔薇 shows on every machine and pictures are equal. A name
that they do not have the letters for, or that runs from right to left, is drawn as its number; the
name itself then stands in a legend of plain text, for the viewer's own fonts.
"""

import unicodedata
from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from matplotlib.font_manager import findfont, fontManager
from matplotlib.ft2font import FT2Font

LATIN, JAPANESE = "DejaVu Sans", "IPAexGothic"
LONGEST = 24  # letters of a name that are drawn
RIGHT_TO_LEFT = {"R", "AL"}  # bidirectional classes of Unicode; matplotlib puts their letters wrong
NOT_WRITTEN = {"Cc", "Cs", "Cn"}  # categories that XML or fonts have no place for


@cache
def fonts() -> tuple[str, ...]:
    """The fonts there are, by name: a letter the first lacks is taken from the next.

    The Japanese one is added as a file. Importing its package would restyle the user's own plots.
    """
    package = find_spec("matplotlib_fontja")
    if package is None or package.origin is None:
        return (LATIN,)
    fontManager.addfont(str(Path(package.origin).parent / "fonts" / "ipaexg.ttf"))
    return (LATIN, JAPANESE)


def drawn(name: str, number: int) -> str:
    """A class name as it can be drawn: itself, shortened when long, or else its number."""
    return shortened(name) if can_be_drawn(name) else f"class {number}"


def legend(names: Sequence[str]) -> list[str]:
    """A line for each name that is drawn as its number; empty where there is none.

    The name is isolated (U+2068, U+2069), so that one from right to left leaves its number alone.
    """
    return [
        f"class {number}: \u2068{shortened(plain(name))}\u2069"
        for number, name in enumerate(names)
        if not can_be_drawn(name)
    ]


def can_be_drawn(name: str) -> bool:
    """Whether our fonts have every letter, and matplotlib sets them in the right order."""
    return set(name) <= _letters() and not any(
        unicodedata.bidirectional(letter) in RIGHT_TO_LEFT for letter in name
    )


def shortened(name: str) -> str:
    return name if len(name) <= LONGEST else name[: LONGEST - 1] + "…"


def plain(name: str) -> str:
    """A name without what is no letter to be written."""
    return "".join("\ufffd" if unicodedata.category(c) in NOT_WRITTEN else c for c in name)


@cache
def _letters() -> set[str]:
    """Every letter that one of our fonts has."""
    return {chr(code) for name in fonts() for code in FT2Font(findfont(name)).get_charmap()}
