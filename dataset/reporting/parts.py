"""Parts of a page: tiles, coloured shares, what others said, and numbers that have a name.

By its name (`data-n`, `data-bar`) every number of a page can be found, and counted again.
"""

from collections.abc import Mapping, Sequence

from dataset.reporting.html import Html, join, link, tag

LONGEST = 60  # letters of a label or an address that are shown,
SENTENCE = 160  # and of a sentence


def number(text: str, *name: str) -> Html:
    """A number as it is shown, under its name."""
    return tag("span", text, data_n="/".join(map(shortened, name)))


def count(value: int, *name: str) -> Html:
    return number(f"{value:,}", *name)


def share(part: int, whole: int, *name: str) -> Html:
    """A part of a whole in percent; of nothing there is none."""
    return number(percent(part / whole) if whole else "–", *name)


def percent(value: float) -> str:
    return f"{value:.1%}"


def points(value: float, *name: str) -> Html:
    """A distance of shares in percentage points, which are no percent of anything."""
    return number(f"{100 * value:.1f}", *name)


def difference(value: float, *name: str) -> Html:
    """As `points`, with its sign where there is any difference to be seen."""
    off = round(100 * value, 1)
    return number(f"{off:+.1f}".replace("-", "−") if off else "0.0", *name)


def tile(figure: object, said_of_it: str) -> Html:
    return tag("div", tag("b", figure), tag("span", said_of_it))


def strip(
    counts: Mapping[str, int], kinds: Sequence[str], of: int = 0, name: Sequence[str] | None = None
) -> Html:
    """One coloured piece a kind; its width says how many of `of` there are."""
    seen = {kind: counts[kind] for kind in kinds if counts.get(kind)}
    pieces = (tag("i", cls=kind, style=f"flex-grow:{grow}") for kind, grow in seen.items())
    width = sum(seen.values()) / of if of else 1
    return tag(
        "div",
        *pieces,
        cls="strip",
        style=f"width:{width:.1%}",
        aria_hidden="true",  # the numbers stand beside it
        data_bar=None if name is None else "/".join(map(shortened, name)),
    )


def keys(kinds: Sequence[str]) -> list[Html]:
    """The names of kinds, each with its colour."""
    return [tag("span", kind, cls=f"key {kind}") for kind in kinds]


def said(text: str, most: int = LONGEST) -> Html:
    """Words that are not ours, such as a label: in any script, in any direction, never too long."""
    return tag("bdi", shortened(text, most))


def address(url: str, path: str = "") -> Html:
    """Where a picture came from: a link where it is a web address, else its path."""
    shown = url.split("://", 1)[-1] if url else path
    return link(url, said(shown)) if shown else Html("")


def shortened(text: str, most: int = LONGEST) -> str:
    """A text without its middle where it is longer than `most` letters.

    >>> shortened("rose"), len(shortened("r" * 1000))
    ('rose', 60)
    """
    if len(text) <= most:
        return text
    return f"{text[: most // 2]}…{text[len(text) - most // 2 + 1 :]}"


def listed(shown: int, whole: int, what: str, *name: str) -> Html:
    """How many of how many are shown; nothing where all of them are."""
    if shown == whole:
        return Html("")
    words = join("Shown: ", count(shown, *name, "shown"), " of ", count(whole, *name, "of"))
    return tag("p", words, f" {what}; all are in the tables beside this page.", cls="note")
