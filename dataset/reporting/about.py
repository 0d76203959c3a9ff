"""Section of the report: which snapshot it is, and by which recipe it was made."""

from collections.abc import Iterator

from dataset.reporting.facts import Facts
from dataset.reporting.html import Html, join, table, tag
from dataset.reporting.parts import number, said

ANY = "–"  # of a list that is empty


def section(facts: Facts) -> Iterator[Html]:
    """The id, the parent, and every setting that decided the result."""
    parent = facts.document["parent"]
    yield tag("p", "Snapshot ", tag("code", facts.document["id"]))
    yield tag("p", "Made after ", tag("code", parent)) if parent else Html("")
    rows = [[name, _value(name, value)] for name, value in facts.recipe.items()]
    settings = table(["setting", "value"], rows, caption="Settings", words=2)
    yield tag("details", tag("summary", "Settings"), settings)


def _value(name: str, value: object) -> Html:
    if isinstance(value, list | tuple):
        return said(", ".join(map(str, value)) or ANY)
    if isinstance(value, int | float):
        return number(str(value), "setting", name)
    return join(said(str(value)))
