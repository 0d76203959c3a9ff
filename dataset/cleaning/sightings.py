"""Joins samples that are near-duplicates, from thumbnails kept on disk while images pass by."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from dataset.cleaning.clean import Sample
from dataset.copies.looks import looks, recalled
from dataset.copies.near import near_pairs, stars
from dataset.copies.thumbnail import SIDE, VIEWS
from dataset.pictures.examine import Examined
from dataset.tables import LedgerRow
from dataset.writing.scratch import Scratch

SEEN = (VIEWS, SIDE, SIDE)  # shape of what is kept of each image


class Sightings:
    """What has been seen of every image: its thumbnails, and whether it is small."""

    def __init__(self, thumbs: Scratch) -> None:
        """`thumbs` for what has the shape SEEN."""
        self._thumbs = thumbs
        self._small: dict[str, bool] = {}

    def put(self, one: Examined) -> None:
        """Keep what was seen of an image, if anything."""
        if one.thumbs is not None:
            self._thumbs.put(one.sha256, one.thumbs)
            self._small[one.sha256] = one.small

    def joined(self, samples: Sequence[Sample], ledger: Sequence[LedgerRow]) -> list[Sample]:
        """The samples, with the names of their near-duplicates, of those also that have gone.

        `ledger` knows the latter: what is in it and among the samples has not gone.
        """
        if not self._small or not samples:
            return list(samples)
        names = [sample.id for sample in samples]
        small = np.array([self._small[name] for name in names])
        thumbs = self._thumbs.get(names)
        joined = with_pairs(samples, near_pairs(thumbs, small))
        gone = [row for row in ledger if row.looks and row.sample not in self._small]
        pairs = recalled(thumbs, small, [row.looks for row in gone])
        copied: dict[int, list[str]] = defaultdict(list)
        for place, other in pairs:
            copied[place].append(gone[other].sample)
        return [
            replace(sample, looks=text, recalled=tuple(sorted(copied[place])))
            for place, (sample, text) in enumerate(zip(joined, looks(thumbs, small), strict=True))
        ]


def with_pairs(samples: Sequence[Sample], pairs: Sequence[tuple[int, int]]) -> list[Sample]:
    """The samples, each with its medoid, its own near-duplicates, and the labels of its star."""
    names = [sample.id for sample in samples]
    near: dict[int, set[str]] = defaultdict(set)
    for one, other in pairs:
        near[one].add(names[other])
        near[other].add(names[one])
    medoids = stars(names, pairs)
    labels: dict[int, set[str]] = defaultdict(set)
    for sample, medoid in zip(samples, medoids, strict=True):
        labels[medoid] |= set(sample.labels)
    return [
        replace(
            sample,
            medoid=names[medoid],
            alike=tuple(sorted(near[place] - {sample.id})),
            labels=tuple(sorted(labels[medoid])),
        )
        if place in near
        else sample
        for place, (sample, medoid) in enumerate(zip(samples, medoids, strict=True))
    ]


def stars_of(samples: Iterable[Sample]) -> list[list[Sample]]:
    """The samples of each star together, and each that is in none alone."""
    groups: dict[str, list[Sample]] = defaultdict(list)
    for sample in samples:
        groups[sample.medoid or sample.id].append(sample)
    return list(groups.values())
