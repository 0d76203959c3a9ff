"""Near-duplicates: copies in another size, quality, colour or orientation, with a border, cut.

Hashes name the candidates, thumbnails decide; clusters are stars of decided pairs, not chains, so
that a long row of pictures, each a little like the next, does not become one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from dataset.copies.alike import ALIKE, ALL_BUT_EQUAL, alike, cut, plain
from dataset.copies.hashes import WINDOWS, Hashes, dhashes, frequencies, orient, phash, phashes
from dataset.copies.search import close
from dataset.copies.thumbnail import VIEWS, Thumbnails, bordered

RADIUS = 8  # bits by which hashes of candidates differ at most
TOGETHER = 128  # candidates whose thumbnails are compared at once

Numbers = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Key:
    """A hash of many pictures: of a view of them, or of a window of that view."""

    pictures: Numbers  # (n,)
    view: int
    window: int
    hashes: Hashes  # (n,), or (8, n) in all orientations


@dataclass(frozen=True, slots=True)
class Candidates:
    """Pairs of pictures that have to be looked at, all by the same two keys."""

    asked: Key
    kept: Key
    one: Numbers  # a picture of the first key,
    orientation: Numbers  # turned so,
    other: Numbers  # and one of the second

    def __getitem__(self, places: NDArray[np.generic] | slice) -> "Candidates":
        rows = self.one[places], self.orientation[places], self.other[places]
        return Candidates(self.asked, self.kept, *rows)

    def codes(self, count: int) -> Numbers:
        """A number for each pair of pictures below `count`, whichever comes first in it."""
        return np.minimum(self.one, self.other) * count + np.maximum(self.one, self.other)


def near_pairs(thumbs: Thumbnails, small: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """All pairs of positions whose pictures are copies of each other, the smaller first, sorted.

    Of `small` pictures (N,), which have few pixels to tell them apart, no crops are looked for, and
    the others must be all but equal.
    """
    found = np.empty(0, np.intp)  # pairs as smaller * N + larger
    with threadpool_limits(1, "blas"):  # its products are small: more threads only wait
        for candidates in _candidates(thumbs, small):
            for start in range(0, len(candidates.one), TOGETHER):
                some = candidates[start : start + TOGETHER]
                codes = some.codes(len(thumbs))
                fresh = (some.one != some.other) & ~np.isin(codes, found)
                needed = np.where(small[some.one] | small[some.other], ALL_BUT_EQUAL, ALIKE)
                fits = _fit(thumbs, some[fresh]) >= needed[fresh]
                found = np.union1d(found, codes[fresh][fits])
    return [divmod(code, len(thumbs)) for code in found.tolist()]


def stars(names: Sequence[str], pairs: Sequence[tuple[int, int]]) -> list[int]:
    """The medoid of each position: a position, its own where it is alone or in the middle.

    The picture with most copies takes them all, then the next of those that are left; of equals
    the one with the smaller name comes first.
    """
    near: list[set[int]] = [set() for _ in names]
    for one, other in pairs:
        near[one].add(other)
        near[other].add(one)
    medoids = [-1] * len(names)
    for place in sorted(range(len(names)), key=lambda place: (-len(near[place]), names[place])):
        if medoids[place] < 0:
            for member in {place, *near[place]}:
                if medoids[member] < 0:
                    medoids[member] = place
    return medoids


def _candidates(thumbs: Thumbnails, small: NDArray[np.bool_]) -> Iterator[Candidates]:
    """Every pair that one of the two hashes takes for copies, perhaps several times."""
    for asked, kept in _searches(thumbs, small):
        for query, target in close(asked.hashes.ravel(), kept.hashes, RADIUS):
            orientation, left = np.divmod(query, len(asked.pictures))
            one, other = asked.pictures[left], kept.pictures[target]
            yield Candidates(asked, kept, one, orientation, other)


def _searches(thumbs: Thumbnails, small: NDArray[np.bool_]) -> Iterator[tuple[Key, Key]]:
    """Which hashes are to be looked for among which: views among views, and views among crops."""
    shown = ~plain(thumbs)
    shown[:, 1] &= bordered(thumbs)
    asked, kept, gradients, uncut = [], [], [], []
    for view in range(VIEWS):
        own = np.flatnonzero(shown[:, view])
        blocks = frequencies(thumbs[own, view])
        turned = dhashes(thumbs[own, view])
        asked.append(Key(own, view, 0, phashes(blocks[:, 0])))
        kept.append(Key(own, view, 0, phash(blocks[:, 0])))
        gradients.append(Key(own, view, 0, turned))
        uncut.append(Key(own, view, 0, turned[0]))
        if view == 0:
            large = ~small[own]
            hashes = phash(blocks[large, 1:])
            crops = [Key(own[large], 0, number + 1, row) for number, row in enumerate(hashes.T)]
    yield from product(asked, [*kept, *crops])
    yield from product(gradients, uncut)


def _fit(thumbs: Thumbnails, pairs: Candidates) -> NDArray[np.float64]:
    """How well each pair fits, the one turned as its hash says, the other cut likewise."""
    ones, others = thumbs[pairs.one, pairs.asked.view], thumbs[pairs.other, pairs.kept.view]
    for orientation in range(1, 8):
        turned = pairs.orientation == orientation
        ones[turned] = orient(ones[turned], orientation)
    return alike(ones, cut(others, *WINDOWS[pairs.kept.window]))
