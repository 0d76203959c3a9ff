"""Sections of the report: how large the pictures were, and what their pixels are like."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator

from dataset.reporting.facts import Facts, by_size
from dataset.reporting.html import Html, join, table, tag
from dataset.reporting.parts import count, number, said, share, strip

SIDES = (1, 32, 64, 128, 256, 512, 1024, 2048)  # pixels: where the steps of the table begin
SHAPES = ("wide", "square", "tall")
CHANNELS = ("red", "green", "blue")


def section(facts: Facts) -> Iterator[Html]:
    """The shorter sides of the original pictures, in steps, and their shapes."""
    rows = sorted(facts.rows, key=lambda row: (row.width * row.height, row.width, row.height))
    names = {"smallest": rows[0], "middle": rows[len(rows) // 2], "largest": rows[-1]}
    sizes = {
        name: join(count(row.width, name, "width"), " × ", count(row.height, name, "height"))
        for name, row in names.items()
    }
    stored = facts.recipe["stored"]
    enlarged = sum(min(row.width, row.height) < stored for row in rows)
    yield tag(
        "p",
        *("The smallest picture has ", sizes["smallest"], " pixels, the one in the middle "),
        *(sizes["middle"], ", the largest ", sizes["largest"], ". With a side below the stored "),
        *(count(stored, "stored"), " pixels, and so enlarged: ", count(enlarged, "enlarged"), "."),
    )
    yield _steps([min(row.width, row.height) for row in rows])
    shapes = Counter(_shape(row.width, row.height) for row in rows)
    lines = [
        [
            shape,
            count(shapes[shape], "shape", shape),
            share(shapes[shape], len(rows), "shape-share", shape),
            strip({"sample": shapes[shape]}, ["sample"], len(rows), ["shape", shape]),
        ]
        for shape in SHAPES
    ]
    yield table(["shape", "samples", "of all", ""], lines, caption="Shapes of the originals")


def _steps(sides: list[int]) -> Html:
    """A row a step, from the first that has samples to the last."""
    counts = Counter(bisect_right(SIDES, side) - 1 for side in sides)
    most = max(counts.values())
    rows = []
    for step in range(min(counts), max(counts) + 1):
        name = str(SIDES[step])
        rows.append(
            [
                _range(step),
                count(counts[step], "step", name),
                share(counts[step], len(sides), "step-share", name),
                strip({"sample": counts[step]}, ["sample"], most, ["step", name]),
            ]
        )
    head = ["pixels", "samples", "of all", ""]
    return table(head, rows, caption="Shorter side of the originals")


def _range(step: int) -> Html:
    low = count(SIDES[step], "step-from", str(SIDES[step]))
    if SIDES[step] == SIDES[-1]:
        return join(low, " or more")
    return join(low, " to ", count(SIDES[step + 1] - 1, "step-to", str(SIDES[step])))


def _shape(width: int, height: int) -> str:
    if width == height:
        return "square"
    return "wide" if width > height else "tall"


def statistics(facts: Facts) -> Iterator[Html]:
    """Mean and spread of the train split, suspicious pictures, and what was done to colours."""
    found = facts.document["statistics"]
    rows = [
        [channel, number(f"{mean:.4f}", "mean", channel), number(f"{std:.4f}", "std", channel)]
        for channel, mean, std in zip(CHANNELS, found["mean"], found["std"], strict=True)
    ]
    head = ["channel", "mean", "standard deviation"]
    yield table(head, rows, caption="Train split, as parts of the whole range of a channel")
    mean = ", ".join(f"{255 * value:.0f}" for value in found["mean"])
    swatch = tag("i", cls="swatch", style=f"background:rgb({mean})", aria_hidden="true")
    yield tag("p", swatch, "Their mean colour, over ", count(found["pixels"], "pixels"), " pixels.")
    yield from _words(facts, "flag", "Flags", [row.flags for row in facts.rows])
    yield from _words(facts, "applied", "Done to colours", [row.applied for row in facts.rows])


def _words(facts: Facts, kind: str, caption: str, texts: list[str]) -> Iterator[Html]:
    """How many samples have each word, where any has one."""
    rows = [
        [said(word), count(n, kind, word), share(n, len(facts.rows), f"{kind}-share", word)]
        for word, n in by_size(word for text in texts for word in text.split())
    ]
    if rows:
        yield table([kind, "samples", "of all"], rows, caption=caption)
