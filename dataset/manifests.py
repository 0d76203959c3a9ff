"""Manifests of crawls as inputs, with the alternatives of one image element tied together."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

from crawler.errors import ManifestError
from crawler.manifest import ImageRow, Status, read_found, read_manifest
from dataset.errors import InputError
from dataset.inputs import Inputs, Item, identity_of, plain

USABLE = {Status.OK, Status.DUPLICATE}


def read_manifests(paths: Sequence[Path]) -> Inputs:
    """Every row of every manifest, sorted by URL: the order of the arguments changes nothing."""
    try:
        items = [item for number, path in enumerate(paths) for item in _items(path, number)]
    except ManifestError as error:
        raise InputError(str(error)) from error
    if not items:
        raise InputError(f"{', '.join(map(str, paths))} has no row; did its crawl find images?")
    items.sort(key=lambda item: (item.url, item.path, item.sha256, item.label))
    return Inputs(tuple(items), identity_of("manifests", items))


def _items(manifest: Path, number: int) -> Iterator[Item]:
    elements = _elements(manifest.with_name("found.csv"), number)
    for row in read_manifest(manifest):
        usable = row.status in USABLE and row.path
        yield Item(
            source=manifest.parent / row.path if usable else None,
            label=plain(row.label).strip(),
            labels=_labels(row),
            path=row.path,
            url=row.url,
            page_url=row.page_url,
            licence=row.licence,
            sha256=row.sha256,
            elements=elements.get(row.url, ()),
            reason="" if usable else _reason(row),
            detail="" if usable else row.error or "the manifest names no file",
        )


def _reason(row: ImageRow) -> str:
    return "missing" if row.status in USABLE else str(row.status)


def _labels(row: ImageRow) -> tuple[str, ...]:
    """All labels of a row; `labels` joins them by |, which a single label may also contain."""
    if not row.labels or row.labels == row.label:
        return (plain(row.label).strip(),) if row.label else ()
    return tuple(plain(label).strip() for label in row.labels.split("|"))


def _elements(found: Path, number: int) -> dict[str, tuple[str, ...]]:
    """For each URL the image elements, over all pages, in which it is one of several."""
    if not found.is_file():
        return {}
    alternatives: dict[tuple[str, int], set[str]] = defaultdict(set)
    for row in read_found(found):
        alternatives[row.page_url, row.position].add(row.url)
    elements: dict[str, list[str]] = defaultdict(list)
    for (page, position), urls in alternatives.items():
        if len(urls) > 1:
            for url in urls:
                elements[url].append(f"{number} {page} {position}")
    return {url: tuple(sorted(names)) for url, names in elements.items()}
