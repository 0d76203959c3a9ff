"""Lists of image addresses: CSV files with the columns url,label[,page_url,licence,creator]."""

import csv
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from crawler.errors import ManifestError
from crawler.label import tidy
from crawler.url import canonical

log = logging.getLogger(__name__)


class Listed(NamedTuple):
    """One row of a list."""

    position: int  # from 0, in the order of the file
    url: str
    label: str  # "" where the list gives none
    page_url: str  # where the image is shown, if the list says so
    licence: str
    creator: str


def read_list(path: Path) -> Iterator[Listed]:
    """The rows of a list; one whose address nobody can ask is logged and left out.

    Raises ManifestError where the file is no such list.
    """
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            reader = csv.DictReader(file, strict=True)
            if "url" not in (reader.fieldnames or ()):
                raise ManifestError(f"{path} needs a header with a column url")
            for position, record in enumerate(reader):
                listed = _listed(position, record)
                if listed:
                    yield listed
                else:
                    where = f"{path}, line {reader.line_num}"
                    log.warning("%s: %r is no web address; left out", where, record["url"] or "")
    except FileNotFoundError:
        raise ManifestError(f"no such list: {path}") from None
    except (csv.Error, UnicodeDecodeError) as error:
        raise ManifestError(f"{path} is no CSV in UTF-8: {error}") from error


def _listed(position: int, record: dict[str, str | None]) -> Listed | None:
    url = canonical((record["url"] or "").strip())
    if url is None:
        return None
    page_url = (record.get("page_url") or "").strip()
    return Listed(
        position=position,
        url=url,
        label=tidy(record.get("label") or ""),
        page_url=canonical(page_url) or tidy(page_url),
        licence=(record.get("licence") or "").strip(),
        creator=tidy(record.get("creator") or ""),
    )
