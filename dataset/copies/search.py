"""Hamming search: which hashes differ in few bits, by comparing all with all, block by block."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from dataset.copies.hashes import Hashes

ROWS, COLUMNS = 16, 8192  # of a block: what it needs fits into a core's cache

LOT = 1 << 16  # pairs that are handed on at once, about

Places = NDArray[np.intp]


def close(queries: Hashes, targets: Hashes, radius: int) -> Iterator[tuple[Places, Places]]:
    """Positions (n,), (n,) of all pairs that differ in at most `radius` bits, a lot at a time.

    A billion pairs take about a second.
    """
    found: list[tuple[Places, Places]] = []
    waiting = 0
    for some in _blocks(queries, targets, radius):
        found.append(some)
        waiting += len(some[0])
        if waiting >= LOT:
            yield _joined(found)
            found, waiting = [], 0
    if found:
        yield _joined(found)


def _joined(found: list[tuple[Places, Places]]) -> tuple[Places, Places]:
    rows, columns = zip(*found, strict=True)
    return np.concatenate(rows), np.concatenate(columns)


def _blocks(queries: Hashes, targets: Hashes, radius: int) -> Iterator[tuple[Places, Places]]:
    differing = np.empty((ROWS, COLUMNS), np.uint64)
    counts = np.empty((ROWS, COLUMNS), np.uint8)
    for left in range(0, len(targets), COLUMNS):
        columns = targets[None, left : left + COLUMNS]
        for top in range(0, len(queries), ROWS):
            rows = queries[top : top + ROWS, None]
            shape = np.s_[: len(rows), : columns.shape[1]]
            np.bitwise_xor(rows, columns, out=differing[shape])
            np.bitwise_count(differing[shape], out=counts[shape])
            near = np.flatnonzero(counts[shape] <= radius)
            if len(near):
                row, column = np.divmod(near, columns.shape[1])
                yield top + row, left + column
