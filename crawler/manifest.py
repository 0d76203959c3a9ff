"""The contract of the crawl: manifest.csv, a row an image URL tried; found.csv, a row a reference.

Both are UTF-8, RFC 4180, with a header, computed from the ledger and written whole.
"""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import MISSING, dataclass, fields
from enum import StrEnum
from operator import attrgetter
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

from crawler.errors import ManifestError
from crawler.files import replacing

IMAGES = "images"  # the folder of the files, beside the manifest


class Status(StrEnum):
    """What became of an image URL."""

    OK = "ok"
    DUPLICATE = "duplicate"  # the same bytes as the `ok` row with this path
    DENIED = "denied"  # by robots.txt, an opt-out, or a private address
    REJECTED = "rejected"  # fetched, but not a usable image
    FAILED = "failed"  # network or HTTP error


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageRow:
    """The outcome of one image URL. Empty fields and zeros mean "does not apply".

    page_url, alt and label are those of the reference with the smallest (source number, depth,
    page URL, position), never of the first to arrive.
    """

    url: str  # as it was found, canonical
    final_url: str = ""  # after redirects
    page_url: str = ""  # where the image was found
    alt: str = ""  # alternative text of the reference
    label: str = ""  # class name, NFC
    labels: str = ""  # of all references, sorted, separated by |
    status: Status
    error: str = ""  # one word, a colon, a sentence
    http_status: int = 0
    path: str = ""  # of the file, relative to the manifest's folder, POSIX
    sha256: str = ""  # of the file's bytes
    phash: str = ""  # 64-bit perceptual hash, 16 hexadecimal digits
    format: str = ""  # by content: jpeg, png, gif, webp, bmp
    width: int = 0  # pixels
    height: int = 0  # pixels
    size: int = 0  # bytes
    fetched_at: str = ""  # ISO 8601, UTC; the only column two crawls of one web may differ in
    etag: str = ""
    last_modified: str = ""
    licence: str = ""  # as a list, the page or else the file states it, the first that does
    creator: str = ""
    credit: str = ""  # the line that is to stand under it
    optout: str = ""  # the signal that denied it, and where it was found


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundRow:
    """One reference to an image. Alternatives of one element share document and position."""

    url: str
    page_url: str
    source: int  # number of the source in the configuration, from 0
    label: str
    alt: str
    attribute: str  # where the URL stood: src, srcset, data-src, style, href, og:image, list ...
    depth: int  # fewest links from a seed of the source
    position: int  # of the element in the page
    chosen: int  # 1 for the alternative that is fetched, else 0
    caption: str = ""  # of its figure, else the nearest heading before it
    document: str = ""  # what was read: the page, or a sitemap or manifest that names it


Row = TypeVar("Row", ImageRow, FoundRow)


def read_manifest(path: Path) -> Iterator[ImageRow]:
    """Read a manifest. Columns we do not know are passed over; url and status must be there.

    Raises ManifestError naming the file, the line and the value.
    """
    return _read(path, ImageRow)


def read_found(path: Path) -> Iterator[FoundRow]:
    """Read found.csv. Raises ManifestError."""
    return _read(path, FoundRow)


def write_table(
    path: Path, row_type: type[Any], rows: Iterable[Any], *, parts: Path | None = None
) -> None:
    """Write a table of frozen rows, whole or not at all; the columns are the row's fields.

    Until it is whole it lies in the folder `parts`, by default beside its place.
    """
    columns = [field.name for field in fields(row_type)]
    with replacing(path, parts) as part, part.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow(columns)
        writer.writerows(map(attrgetter(*columns), rows))


def _read(path: Path, row_type: type[Row]) -> Iterator[Row]:
    with path.open(newline="", encoding="utf-8-sig") as file:
        reader = csv.DictReader(file, strict=True)
        kinds = get_type_hints(row_type)
        try:
            missing = _required(row_type) - set(reader.fieldnames or ())
            if missing:
                columns = ", ".join(sorted(missing))
                raise ManifestError(f"{path} has no column {columns} in its header")
            for record in reader:
                yield row_type(**_values(record, kinds))
        except UnicodeDecodeError as error:
            raise ManifestError(f"{path} is not UTF-8; save it as CSV UTF-8") from error
        except (ValueError, csv.Error) as error:
            raise ManifestError(f"{path}, line {reader.line_num}: {error}") from error


def _required(row_type: type[Any]) -> set[str]:
    return {field.name for field in fields(row_type) if field.default is MISSING}


def _values(record: dict[str, str], kinds: dict[str, type[Any]]) -> dict[str, Any]:
    """The strings of one CSV record in the types of its row; an empty number is left out."""
    if None in record or None in record.values():
        raise ValueError("this line has more or fewer fields than the header")
    known = {name: text for name, text in record.items() if name in kinds}
    return {
        name: _value(name, kinds[name], text)
        for name, text in known.items()
        if text or kinds[name] is str
    }


def _value(name: str, kind: type[Any], text: str) -> Any:
    try:
        return kind(text)
    except ValueError:
        raise ValueError(f"{name} cannot be {text!r}") from None
