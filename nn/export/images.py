"""Images that an exported model is compared on."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from nn.arrays import Array
from nn.evaluation.evaluate import Split

MOST = 1000  # of a snapshot
DRAWN = 64
BATCH = 100


def of_snapshot(splits: Mapping[str, Split]) -> Iterator[Array]:
    """Stored images of a snapshot, uint8 (N, S, S, 3), the test split first, at most MOST."""
    left = MOST
    for name in ("test", "val", "train"):
        split = splits[name]
        count = min(left, len(split.ids))
        left -= count
        for start in range(0, count, BATCH):
            yield split.images(np.arange(start, min(start + BATCH, count)))


def drawn(side: int) -> Sequence[Array]:
    """Squares of all colours under noise, always the same: uint8 (N, S, S, 3)."""
    rng = np.random.default_rng(0)
    coarse = rng.integers(0, 192, (DRAWN, 8, 8, 3), np.uint8)
    places = np.arange(side) * 8 // side
    noise = rng.integers(0, 64, (DRAWN, side, side, 3), np.uint8)
    return [coarse[:, places][:, :, places] + noise]
