"""augmented.png: a row a class, one of its samples as stored and as training sees it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from dataset.augment import Augmentation, sample_keys
from dataset.reporting.sheet import SHOWN, draw_sheet
from dataset.store import Images
from dataset.tables import SampleRow
from dataset.writing.scratch import Scratch

AUGMENTED = "augmented.png"
SEED = 0  # that of a training which names no other


def write_augmented(
    folder: Path, document: Mapping[str, Any], rows: Sequence[SampleRow], scratch: Scratch
) -> None:
    """Draw the sheet."""
    draw_sheet(folder / AUGMENTED, document, as_trained(document, rows, scratch))


def as_trained(
    document: Mapping[str, Any], rows: Sequence[SampleRow], scratch: Scratch
) -> Callable[[str], Iterator[Images]]:
    """Of a label the train sample whose id is smallest: stored, then of the first epochs.

    Images are (H, W, 3); a label without train samples has none.
    """
    train = [row for row in rows if row.split == "train"]
    first: dict[str, int] = {}
    for position in sorted(range(len(train)), key=lambda at: train[at].sha256):
        first.setdefault(train[position].label, position)
    ids = [row.sha256 for row in train]
    recipe, statistics = document["recipe"], document["statistics"]
    seen = Augmentation(
        keys=sample_keys(ids),
        stored=lambda chosen: scratch.get([ids[at] for at in chosen]),
        size=recipe["size"],
        mean=statistics["mean"],
        std=statistics["std"],
        operations=tuple(recipe["augment"]),
        seed=SEED,
    )

    def images(label: str) -> Iterator[Images]:
        if label in first:  # a class may lie outside the train split as a whole
            position = np.array([first[label]])
            yield seen.stored(position)[0]
            for epoch in range(1, SHOWN):
                yield seen.pixels(position, epoch)[0]

    return images
