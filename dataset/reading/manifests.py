"""Manifests of crawls as inputs, with the alternatives of one image element tied together."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from crawler.errors import ManifestError
from crawler.files import canonical_json, sha256
from crawler.manifest import ImageRow, Status, read_found, read_manifest
from dataset.errors import InputError
from dataset.reading.inputs import Inputs, Item, as_label, identity_of

USABLE = {Status.OK, Status.DUPLICATE}


@dataclass(frozen=True, slots=True)
class Crawled:
    """A manifest as read: its folder, its rows, and the image elements of each URL."""

    folder: Path
    rows: tuple[ImageRow, ...]
    elements: Mapping[str, Sequence[str]]
    pages: Mapping[str, Sequence[str]]  # every page that each URL stands on

    @property
    def digest(self) -> str:
        """sha256 of all but the folder and the times of fetching."""
        rows = [asdict(row) | {"fetched_at": ""} for row in self.rows]
        return sha256(canonical_json([rows, self.elements, self.pages]).encode())


def read_manifests(paths: Sequence[Path]) -> Inputs:
    """Every row of every manifest, sorted by URL: the order of the arguments changes nothing."""
    try:
        crawled = sorted(map(_read, paths), key=lambda one: one.digest)
    except ManifestError as error:
        raise InputError(str(error)) from error
    items = [item for number, one in enumerate(crawled) for item in _items(one, number)]
    if not items:
        raise InputError(f"{', '.join(map(str, paths))} has no row; did its crawl find images?")
    items.sort(key=_order)
    return Inputs(tuple(items), identity_of("manifests", items))


def _read(manifest: Path) -> Crawled:
    elements, pages = _references(manifest.with_name("found.csv"))
    return Crawled(manifest.parent, tuple(read_manifest(manifest)), elements, pages)


def _order(item: Item) -> tuple[str, ...]:
    return item.url, item.path, item.sha256, item.label, item.page_url, item.licence


def _items(crawled: Crawled, number: int) -> Iterator[Item]:
    """An item a row; elements of one page in two crawls are two, so their names are numbered."""
    for row in crawled.rows:
        usable = row.status in USABLE and row.path
        yield Item(
            source=crawled.folder / row.path if usable else None,
            label=as_label(row.label),
            labels=_labels(row),
            path=row.path,
            url=row.url,
            page_url=row.page_url,
            licence=row.licence,
            sha256=row.sha256,
            elements=tuple(f"{number} {name}" for name in crawled.elements.get(row.url, ())),
            pages=tuple(crawled.pages.get(row.url, ())),
            reason="" if usable else _reason(row),
            detail="" if usable else row.error or "the manifest names no file",
        )


def _reason(row: ImageRow) -> str:
    return "missing" if row.status in USABLE else str(row.status)


def _labels(row: ImageRow) -> tuple[str, ...]:
    """All labels of a row; `labels` joins them by |, which a single label may also contain."""
    if not row.labels or row.labels == row.label:
        return (as_label(row.label),) if row.label else ()
    return tuple(as_label(label) for label in row.labels.split("|"))


def _references(found: Path) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """For each URL the image elements in which it is one of several, and its pages."""
    if not found.is_file():
        return {}, {}
    pages: dict[str, set[str]] = defaultdict(set)
    alternatives: dict[tuple[int, str, int], set[str]] = defaultdict(set)
    for row in read_found(found):
        pages[row.url].add(row.document or row.page_url)
        alternatives[row.source, row.document or row.page_url, row.position].add(row.url)
    elements: dict[str, list[str]] = defaultdict(list)
    for element, urls in alternatives.items():
        if len(urls) > 1:
            for url in urls:
                elements[url].append(" ".join(map(str, element)))
    return _sorted(elements), _sorted(pages)


def _sorted(names: Mapping[str, Iterable[str]]) -> dict[str, list[str]]:
    return {url: sorted(own) for url, own in names.items()}
