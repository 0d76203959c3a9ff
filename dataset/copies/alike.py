"""The last word on a candidate pair: do two thumbnails, laid over each other, show one picture?

Compared are edges, not brightness: pictures of one kind before one background are equally bright in
the same places, and only copies have the same edges there.
"""

from itertools import product

import numpy as np
from numpy.typing import NDArray

from dataset.copies.hashes import SPANS
from dataset.copies.thumbnail import SIDE, UNIFORM

ALIKE = 0.85  # correlation of edges from which two pictures are one,
ALL_BUT_EQUAL = 0.95  # and two that are small
SHIFT = 1  # pixels by which a thumbnail may lie beside its place
STRIP = 5  # pixels at one side that may differ: a bar of text, a watermark
INNER = SIDE - 1 - 2 * SHIFT  # edges along a side that are compared
PLAIN = 3.0  # standard deviation of levels below which a thumbnail shows nothing to compare

Floats = NDArray[np.float64]


def alike(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> Floats:
    """How well the edges of two thumbnails fit, 1 at most: (M, S, S), (M, S, S) -> (M,).

    The best of all small shifts, over the whole and over what is left without a strip at one side.
    Sums are of whole numbers that float64 holds exactly: no order of summing changes them.
    """
    ours, theirs = edges(one), edges(other)
    inner = _inner(ours, SHIFT, SHIFT)
    shown, elsewhere = _inner(within(one), SHIFT, SHIFT), within(other)
    best = np.zeros((len(one), REGIONS.shape[1]))
    for down, right in product(range(2 * SHIFT + 1), repeat=2):
        common = shown * _inner(elsewhere, down, right)
        fixed, moved = inner * common, _inner(theirs, down, right) * common
        norms = (np.square(fixed) @ REGIONS) * (np.square(moved) @ REGIONS)
        dots = (fixed * moved) @ REGIONS
        np.maximum(best, dots / np.sqrt(np.maximum(norms, 1)), out=best)
    return np.asarray(best.max(axis=1))


def edges(thumbs: NDArray[np.uint8]) -> Floats:
    """Differences to the lower and to the right neighbour: (M, S, S) -> (M, 2, S - 1, S - 1)."""
    levels = thumbs.astype(np.float64)
    down, right = np.diff(levels, axis=1)[:, :, :-1], np.diff(levels, axis=2)[:, :-1]
    return np.stack([down, right], axis=1)


def within(thumbs: NDArray[np.uint8]) -> Floats:
    """1 for the edges of `edges` that lie within the border of a thumbnail, 0 for the others.

    The line of the frame itself is none of them: equal frames make no copies.
    """
    rows = _within(thumbs.max(axis=2) - thumbs.min(axis=2) > UNIFORM)
    columns = _within(thumbs.max(axis=1) - thumbs.min(axis=1) > UNIFORM)
    mask = (rows[:, :, None] & columns[:, None]).astype(np.float64)
    return np.stack([mask, mask], axis=1)


def _within(busy: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Edges along a side beyond the first of the busy lines and before the last: (M, S - 1)."""
    first, last = busy.argmax(axis=1), SIDE - 1 - busy[:, ::-1].argmax(axis=1)
    start = np.where(first > 0, first + 1, 0)
    stop = np.where(last < SIDE - 1, last - 1, SIDE - 1)
    place = np.arange(SIDE - 1)
    return np.asarray((place >= start[:, None]) & (place < stop[:, None]))


def _inner(values: Floats, down: int, right: int) -> Floats:
    """A square of INNER edges a side, from there on: (M, 2, S - 1, S - 1) -> (M, 2 * INNER**2)."""
    square = values[:, :, down : down + INNER, right : right + INNER]
    return square.reshape(-1, len(REGIONS))


def plain(thumbs: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Which thumbnails show next to nothing, an even surface perhaps: (..., S, S) -> (...)."""
    return np.asarray(thumbs.std(axis=(-2, -1)) < PLAIN)


def cut(thumbs: NDArray[np.uint8], rows: int, columns: int) -> NDArray[np.uint8]:
    """The window of each thumbnail that spans two of the SPANS, at full size: (M, S, S)."""
    if rows == columns == 0:
        return thumbs
    levels = STRETCH[rows] @ thumbs.astype(np.float64) @ STRETCH[columns].T
    return np.asarray(levels + 0.5).astype(np.uint8)


def _stretched(first: int, beyond: int) -> Floats:
    """Weights that draw a span of a side out to the whole, linearly: (S, S)."""
    places = (np.arange(SIDE) + 0.5) * (beyond - first) / SIDE - 0.5
    distance = np.clip(places, 0, beyond - first - 1)[:, None] + first - np.arange(SIDE)
    return np.asarray(np.clip(1 - np.abs(distance), 0, 1))


def _regions() -> Floats:
    """Which edges are compared, 1 or 0: all, or all without a strip: (2 * INNER**2, 5)."""
    masks = np.ones((5, 2, INNER, INNER))
    masks[1, :, :STRIP] = masks[2, :, -STRIP:] = 0
    masks[3, ..., :STRIP] = masks[4, ..., -STRIP:] = 0
    return np.ascontiguousarray(masks.reshape(5, -1).T)


REGIONS = _regions()
STRETCH = np.stack([_stretched(*span) for span in SPANS])  # (len(SPANS), S, S)
