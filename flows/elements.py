"""Parts of the report: coloured shares, tables of counts, the confusion matrix."""

import shlex
from collections import Counter
from collections.abc import Sequence

from dataset.reporting.html import Html, join, table, tag
from dataset.reporting.parts import strip
from flows import facts


def bar(counts: Counter[str], kinds: Sequence[str]) -> Html:
    """Shares as one coloured bar with its key."""
    seen = [kind for kind in kinds if counts[kind]]
    keys = [tag("span", f"{counts[kind]:,} {kind}", cls=f"key {kind}") for kind in seen]
    return join(tag("div", strip(counts, kinds), cls="bar"), tag("p", *keys))


def counts_table(name: str, counts: facts.Counts, kinds: Sequence[str]) -> Html:
    """A row a name, a column a kind that occurs, and the row once more as a strip."""
    seen = [kind for kind in kinds if facts.total(counts)[kind]]
    longest = max((counter.total() for counter in counts.values()), default=0)
    rows = [
        [key, *(counter[kind] for kind in seen), strip(counter, seen, longest)]
        for key, counter in counts.items()
    ]
    return table([name, *seen, ""], rows)


def confusion(counts: facts.Counts) -> Html:
    """The matrix as a table; the colour of a cell is its share of the row."""
    names = sorted({*counts, *facts.total(counts)})
    head = tag("tr", tag("th", ""), *(tag("th", tag("span", name)) for name in names))
    rows = []
    for label in names:
        row = counts.get(label, Counter())
        cells = (heat(row[name], row.total(), right=name == label) for name in names)
        rows.append(tag("tr", tag("th", label, scope="row"), *cells))
    return tag("div", tag("table", head, *rows, cls="confusion"), cls="scroll")


def heat(count: int, of: int, *, right: bool) -> Html:
    share = f"--share:{count / of if of else 0:.2f}"
    return tag("td", count or "", style=share, cls="right" if right else "wrong")


def command(*words: object) -> Html:
    """A line for the shell; a word that needs quotes gets them."""
    return tag("pre", tag("code", shlex.join(map(str, words))))
