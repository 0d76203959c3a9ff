"""Rows of a bench: as CSV, each with the conditions they share, and in columns for people."""

import csv
from collections.abc import Sequence
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from crawler.files import replacing


def write_csv(rows: Sequence[Any], conditions: Any, path: Path) -> None:
    """Dataclasses as CSV, at least one, each with its conditions, whole or not at all."""
    names = [field.name for kind in (rows[0], conditions) for field in fields(kind)]
    with replacing(path) as part, part.open("w", newline="", encoding="utf-8") as file:
        table = csv.DictWriter(file, names)
        table.writeheader()
        table.writerows(asdict(row) | asdict(conditions) for row in rows)


def aligned(lines: Sequence[Sequence[str]], words: int) -> list[str]:
    """Cells as lines: the first `words` columns to the left, the others, figures, to the right."""
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return ["  ".join(_padded(line, widths, words)).rstrip() for line in lines]


def _padded(line: Sequence[str], widths: Sequence[int], words: int) -> list[str]:
    left = [cell.ljust(width) for cell, width in zip(line[:words], widths, strict=False)]
    return left + [cell.rjust(w) for cell, w in zip(line[words:], widths[words:], strict=True)]
