"""report.html: one self-contained page about a snapshot, for reading and for keeping."""

import base64
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

from crawler.files import replacing
from dataset.pictures.damage import strict_decoder
from dataset.reporting.sheet import SHEET
from dataset.tables import SPLITS, QuarantineRow, SampleRow

REPORT = "report.html"
STRICT = "JPEGs that are damaged in the middle were looked for, and are among these."
LENIENT = (
    "JPEGs that are damaged in the middle were not looked for: that needs the extra "
    "deeprunning[strict]. Cut-off files are found without it."
)
LISTED = 50  # samples of a flag at most
Cells = Sequence[object]

PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Dataset {id:.12}</title>
<style>
:root {{ color-scheme: light dark }}
body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 70rem; margin: auto; padding: 1rem }}
table {{ border-collapse: collapse; margin: 1rem 0 }}
th, td {{ padding: .25rem .75rem; text-align: right; border-bottom: 1px solid #8884 }}
th:first-child, td:first-child {{ text-align: left }}
div {{ overflow-x: auto }}
img {{ max-width: 100%; background: #fff }}
code, td {{ overflow-wrap: anywhere }}
</style>
<h1>Dataset</h1>
<p>{rows} inputs = {samples} samples + {quarantined} in quarantine.
{classes} classes, {size} pixels (stored at {stored}).</p>
<h2>Classes and splits</h2>
<div>{balance}</div>
<h2>Quarantine</h2>
<div>{quarantine}</div>
<p>{damage}</p>
<h2>Under several labels</h2>
<div>{conflicts}</div>
<h2>Known leaks</h2>
<div>{leaks}</div>
<h2>Samples</h2>
<img src="data:image/png;base64,{sheet}" alt="Contact sheet: a row of samples for each class">
<h2>What it is</h2>
<p>Id <code>{id}</code>, parent <code>{parent}</code>.</p>
<div>{statistics}</div>
</html>
"""


def write_report(
    folder: Path,
    document: Mapping[str, Any],
    rows: Sequence[SampleRow],
    quarantine: Sequence[QuarantineRow],
) -> None:
    """Write the page. Every number in it can be counted again in the tables beside it."""
    recipe = document["recipe"]
    text = PAGE.format(
        id=document["id"],
        parent=document["parent"] or "none",
        rows=len(rows) + len(quarantine),
        samples=len(rows),
        quarantined=len(quarantine),
        classes=len(document["classes"]),
        size=recipe["size"],
        stored=recipe["stored"],
        balance=_balance(document["counts"]),
        quarantine=_table(("reason", "inputs"), _counted(row.reason for row in quarantine)),
        damage=STRICT if strict_decoder() else LENIENT,
        conflicts=_flagged(rows, "label-conflict"),
        leaks=_flagged(rows, "known-leak"),
        sheet=base64.b64encode((folder / SHEET).read_bytes()).decode("ascii"),
        statistics=_statistics(document["statistics"]),
    )
    with replacing(folder / REPORT) as part:
        part.write_text(text, encoding="utf-8", newline="\n")


def _balance(counts: Mapping[str, Mapping[str, int]]) -> str:
    """Samples and achieved share, a class and in all."""
    total = {split: sum(c[split] for c in counts.values()) for split in SPLITS}
    lines = [(label, *_shares(split)) for label, split in counts.items()]
    return _table(("class", *SPLITS, "all"), [*lines, ("all", *_shares(total))])


def _shares(counts: Mapping[str, int]) -> list[str]:
    whole = sum(counts.values())
    return [f"{counts[s]} ({counts[s] / whole:.1%})" for s in SPLITS] + [str(whole)]


def _flagged(rows: Sequence[SampleRow], flag: str) -> str:
    """The samples of a flag, the first of them by name."""
    found = [row for row in rows if flag in row.flags.split()]
    lines = [(row.labels, row.label, row.split, row.url or row.path) for row in found[:LISTED]]
    table = _table(("labels", "taken", "split", "image"), lines)
    return table if len(found) <= LISTED else f"<p>{len(found)}, the first of them:</p>{table}"


def _counted(words: Iterable[str]) -> list[Cells]:
    return [*sorted(Counter(words).items(), key=lambda pair: (-pair[1], pair[0]))]


def _statistics(statistics: Mapping[str, Any]) -> str:
    lines = [
        (channel, f"{mean:.4f}", f"{std:.4f}")
        for channel, mean, std in zip(
            ("red", "green", "blue"), statistics["mean"], statistics["std"], strict=True
        )
    ]
    return _table(("train split", "mean", "standard deviation"), lines)


def _table(head: Cells, lines: Sequence[Cells]) -> str:
    if not lines:
        return "<p>Nothing.</p>"
    return f"<table>{_line('th', head)}{''.join(_line('td', line) for line in lines)}</table>"


def _line(tag: str, cells: Cells) -> str:
    return "<tr>" + "".join(f"<{tag}>{escape(str(cell))}</{tag}>" for cell in cells) + "</tr>"
