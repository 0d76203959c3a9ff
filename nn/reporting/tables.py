"""Tables as CSV and documents as JSON: the bytes of files, and cells as they come on stdout."""

import csv
import io
import json
import math
import sys
from collections.abc import Callable, Iterable
from dataclasses import asdict, fields
from typing import Any


def table(row_type: type[Any], rows: Iterable[Any]) -> bytes:
    """The rows as CSV (RFC 4180, UTF-8); what is not known (NaN) is an empty cell."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(field.name for field in fields(row_type))
    for row in rows:
        writer.writerow("" if _unknown(value) else value for value in asdict(row).values())
    return text.getvalue().encode()


def as_json(value: object) -> bytes:
    """A document as the bytes of a file."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, indent=2, sort_keys=True)
    return f"{text}\n".encode()


def printed_table(*columns: str) -> Callable[[Iterable[object]], object]:
    """Begin a CSV table on stdout; what it returns writes a row.

    File names that are no text go out as the bytes they came in as.
    """
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="surrogateescape", newline="")
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(columns)
    return writer.writerow


def rounded(value: float | None) -> float | str:
    """A figure to six decimals; empty where it is not known."""
    return "" if value is None or math.isnan(value) else round(value, 6)


def _unknown(value: object) -> bool:
    return isinstance(value, float) and math.isnan(value)
