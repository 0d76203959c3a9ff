"""results.csv: a row a run, and how rows are chosen, averaged and compared."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, get_type_hints

import numpy as np

from crawler.files import replacing
from flows.studies.errors import StudyError
from nn.arrays import Array

RESULTS = "results.csv"
READERS: dict[object, Callable[[str], object]] = {
    int: int,
    float: float,
    str: str,
    bool: lambda text: {"False": False, "True": True}[text],
    tuple[float, ...]: lambda text: tuple(map(float, text.split())),
}


@dataclass(frozen=True, slots=True)
class Results:
    """Rows of one study."""

    rows: tuple[Any, ...]

    def of(self, **settings: object) -> "Results":
        """The rows that have these settings."""
        return Results(
            tuple(
                row
                for row in self.rows
                if all(getattr(row, name) == value for name, value in settings.items())
            )
        )

    def values(self, measure: str) -> Array:
        """A measure of all rows, float64, in the order of their seeds: (rows,) or (rows, ...)."""
        rows = sorted(self.rows, key=lambda row: row.seed)
        return np.array([getattr(row, measure) for row in rows], float)

    def each(self, setting: str) -> list[Any]:
        """The values of a setting, each once, as they come."""
        return list(dict.fromkeys(getattr(row, setting) for row in self.rows))

    def __bool__(self) -> bool:
        return bool(self.rows)


def read_results(path: Path, row_type: type[Any]) -> list[Any]:
    """The rows of a results.csv; none where there is no such file.

    Raises StudyError, naming the line that is no row.
    """
    if not path.exists():
        return []
    hints = get_type_hints(row_type)
    with path.open(newline="", encoding="utf-8") as file:
        table = csv.DictReader(file)
        try:
            return [
                row_type(
                    **{field.name: _read(hints, field.name, line) for field in fields(row_type)}
                )
                for line in table
            ]
        except (KeyError, TypeError, ValueError, csv.Error):
            raise StudyError(
                f"line {table.line_num} of {path} is no row of this study; "
                "remove the file, and its runs are made again"
            ) from None


def _read(hints: dict[str, Any], name: str, line: dict[str, str]) -> object:
    return READERS[hints[name]](line[name])


def write_results(path: Path, row_type: type[Any], rows: Iterable[Any]) -> None:
    """Write the table whole, or not at all. Numbers have six digits, a curve is one cell."""
    names = [field.name for field in fields(row_type)]
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(names)
    writer.writerows([_cell(getattr(row, name)) for name in names] for row in rows)
    with replacing(path) as part:
        part.write_bytes(text.getvalue().encode())


def _cell(value: object) -> str:
    if isinstance(value, tuple):
        return " ".join(f"{each:.4g}" for each in value)
    return f"{value:.6g}" if isinstance(value, float) else str(value)


@dataclass(frozen=True, slots=True)
class Mean:
    """A measure over the seeds: mean and deviation, of how many."""

    value: float
    deviation: float  # with n - 1; 0 of one
    count: int

    def __str__(self) -> str:
        if not np.isfinite(self.value):
            return "no finite number"
        return f"{self.value:.3g} ± {self.deviation:.2g}"


def mean(values: Sequence[float] | Array) -> Mean:
    """Mean and standard deviation of some values."""
    numbers = np.asarray(values, float)
    with np.errstate(invalid="ignore"):  # the mean of what diverged is no number either
        deviation = numbers.std(ddof=1) if len(numbers) > 1 else 0.0
        return Mean(float(numbers.mean()), float(deviation), len(numbers))


def means(
    rows: Sequence[Any], settings: Sequence[str], measures: Sequence[str]
) -> Iterator[tuple[tuple[object, ...], tuple[Mean, ...]]]:
    """For each combination of settings, the measures over its seeds."""
    groups: dict[tuple[object, ...], list[Any]] = {}
    for row in rows:
        groups.setdefault(tuple(getattr(row, name) for name in settings), []).append(row)
    for key, group in groups.items():
        yield key, tuple(mean([getattr(row, name) for row in group]) for name in measures)
