"""Removes what no snapshot names any more, so that nothing of a forgotten image stays on disk."""

import logging
import re
from pathlib import Path

from crawler.files import sweep
from dataset.store import RESULT, SHARDS, read_document

log = logging.getLogger(__name__)

NAME = re.compile(r"(?:train|val|test)-\d{5,}-[0-9a-f]{16}\.npy")
REVIEW = "review.html"  # shows thumbnails of the snapshot it was made of


def remove_unnamed(folder: Path) -> None:
    """Remove shards that dataset.json does not name, the page of the last review, and torn files.

    Files that are not ours stay. Raises SnapshotError where dataset.json is not whole.
    """
    named = {Path(shard["file"]).name for shard in read_document(folder / RESULT)["shards"]}
    unnamed = [
        path
        for path in (folder / SHARDS).iterdir()
        if NAME.fullmatch(path.name) and path.name not in named
    ]
    for path in (*unnamed, folder / REVIEW):
        path.unlink(missing_ok=True)
    sweep(folder)
    log.info("shards that no snapshot names: %s, removed", len(unnamed))
